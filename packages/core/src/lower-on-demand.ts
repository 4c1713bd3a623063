import type { OnDemandIR } from "./ir.js";
import { caseClashes, nameProblem } from "./names.js";
import type { OnDemand } from "./on-demand.js";
import type { Diagnostics } from "./repo.js";

/** What would make two runs of a function differ: clocks, chance, places, other machines, other turns of the loop. */
const IMPURE =
  /\b(Date|Temporal|performance|Math\.random|crypto|fetch|XMLHttpRequest|WebSocket|Intl|toLocale\w*|localeCompare|process|require|globalThis|setTimeout|setInterval|await|import|eval|Function)\b/;

export function lowerOnDemand(onDemand: OnDemand, diagnostics: Diagnostics): OnDemandIR {
  const place = `on-demand feature '${onDemand.name}'`;
  const code = String(onDemand.compute);
  const impure = IMPURE.exec(withoutText(code));
  if (impure || /^async\b/.test(code)) {
    diagnostics.report({
      code: "ON_DEMAND_IMPURE",
      place,
      what: `its function uses '${impure?.[0] ?? "async"}', so two runs could differ`,
      mend: "compute from the request, the features and `t` alone, synchronously",
    });
  }
  const named = (types: OnDemand["request"]) => Object.entries(types).map(([name, type]) => ({ name, type: type.ir }));
  const outputs = named(onDemand.outputs);
  for (const { name } of outputs) {
    const problem = nameProblem(name, "an output", `${place}, output '${name}'`);
    if (problem) diagnostics.report(problem);
  }
  const inputs = [...Object.keys(onDemand.request), ...Object.keys(onDemand.features)];
  for (const [a, b] of [...caseClashes(outputs.map((o) => o.name)), ...caseClashes(inputs)]) {
    diagnostics.report({ code: "NAME_CLASH", place, what: `'${a}' and '${b}' clash`, mend: "rename one of them" });
  }
  return {
    name: onDemand.name,
    request: named(onDemand.request),
    features: Object.entries(onDemand.features).map(([name, ref]) => ({
      name,
      view: ref.view.name,
      feature: ref.feature,
    })),
    outputs,
    code,
    ...(onDemand.description === undefined ? {} : { description: onDemand.description }),
    ...(onDemand.owner === undefined ? {} : { owner: onDemand.owner }),
  };
}

/** The code without its strings and comments, in which any word may stand. Templates stay: there is code in them. */
const withoutText = (code: string): string =>
  code.replace(
    /(`(?:[^`\\]|\\[\s\S])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
    (_text, template: string | undefined) => template ?? "",
  );
