import { didYouMean } from "./errors.js";
import type { FeatureService } from "./feature-service.js";
import type { AnyView, ViewMember } from "./feature-view.js";
import type { MemberIR, OnDemandIR, ServiceIR, TypeIR, ViewIR, ViewMemberIR } from "./ir.js";
import { reportUnknownKeys } from "./lower-keys.js";
import { caseClashes, nameProblem } from "./names.js";
import type { OnDemand } from "./on-demand.js";
import type { Diagnostics } from "./repo.js";
import { sameType, typeName } from "./types.js";

interface Compiled {
  readonly views: readonly ViewIR[];
  readonly onDemands: readonly OnDemandIR[];
}
type AnyMember =
  | ViewMember<string, Record<string, never>, Record<string, never>, Readonly<Record<string, string>>>
  | OnDemand;

export function lowerService(service: FeatureService, compiled: Compiled, diagnostics: Diagnostics): ServiceIR {
  const place = `feature service '${service.name}'`;
  const members: MemberIR[] = [];
  for (const declared of service.members as readonly AnyMember[]) {
    if (declared.declares === "viewMember") members.push(lowerMember(declared, place, diagnostics));
    else {
      members.push({
        kind: "onDemand",
        onDemand: declared.name,
        outputs: Object.keys(declared.outputs).map((output) => ({ output, column: `${declared.name}__${output}` })),
      });
    }
  }
  const complete = withInputsOfOnDemand(members, compiled);
  checkAliases(complete, place, diagnostics);
  checkColumns(complete, place, diagnostics);
  return {
    name: service.name,
    members: complete,
    inputs: serviceInputs(complete, compiled, place, diagnostics),
    ...(service.description === undefined ? {} : { description: service.description }),
    ...(service.owner === undefined ? {} : { owner: service.owner }),
  };
}

function lowerMember(
  member: Exclude<AnyMember, OnDemand>,
  servicePlace: string,
  diagnostics: Diagnostics,
): ViewMemberIR {
  const { view, alias } = member;
  const place = `${servicePlace}, view '${alias}'`;
  const problem = nameProblem(alias, "a view in a service", place);
  if (problem) diagnostics.report(problem);
  const names = Object.keys(view.features);
  for (const name of [...(member.only ?? []), ...Object.keys(member.renames)]) {
    if (names.includes(name)) continue;
    diagnostics.report({
      code: "FEATURE_UNKNOWN",
      place,
      what: `view '${view.name}' has no feature '${name}'${didYouMean(name, names)}`,
      mend: `it has ${names.join(", ")}`,
    });
  }
  return {
    kind: "view",
    view: view.name,
    alias,
    keys: memberKeys(view, member.keys, place, diagnostics),
    features: (member.only ?? names).map((feature) => ({
      feature,
      column: member.renames[feature] ?? `${alias}__${feature}`,
    })),
  };
}

/** Each entity key's column. */
function memberKeys(view: AnyView, mapped: Readonly<Record<string, string>>, place: string, diagnostics: Diagnostics) {
  reportUnknownKeys(view.entity, mapped, place, diagnostics);
  return Object.fromEntries(Object.keys(view.entity?.keys ?? {}).map((key) => [key, mapped[key] ?? key]));
}

/** Adds, without a column, the features that only an on-demand feature reads. */
function withInputsOfOnDemand(members: readonly MemberIR[], compiled: Compiled): MemberIR[] {
  const out = [...members];
  for (const member of members) {
    if (member.kind !== "onDemand") continue;
    for (const ref of compiled.onDemands.find((o) => o.name === member.onDemand)?.features ?? []) {
      const at = out.findIndex((m) => m.kind === "view" && m.alias === ref.view && m.view === ref.view);
      const present = out[at] as ViewMemberIR | undefined;
      if (present?.features.some((f) => f.feature === ref.feature)) continue;
      const hidden = { feature: ref.feature, column: null };
      if (present) out[at] = { ...present, features: [...present.features, hidden] };
      else {
        const view = compiled.views.find((v) => v.name === ref.view);
        const keys = Object.fromEntries((view?.keys ?? []).map((k) => [k.key, k.key]));
        out.push({ kind: "view", view: ref.view, alias: ref.view, keys, features: [hidden] });
      }
    }
  }
  return out;
}

function checkAliases(members: readonly MemberIR[], place: string, diagnostics: Diagnostics): void {
  const aliases = members.map((m) => (m.kind === "view" ? m.alias : m.onDemand));
  for (const [a, b] of caseClashes(aliases)) {
    diagnostics.report({
      code: "MEMBER_CLASH",
      place,
      what: a === b ? `'${a}' is in it twice` : `'${a}' and '${b}' differ only in case`,
      mend: `give one another name: ${a}.as("other")`,
    });
  }
}

/** The columns that a service gives, in order. */
export function serviceColumns(members: readonly MemberIR[]): string[] {
  return members.flatMap((m) =>
    m.kind === "view"
      ? m.features.flatMap((f) => (f.column === null ? [] : [f.column]))
      : m.outputs.map((o) => o.column),
  );
}

function checkColumns(members: readonly MemberIR[], place: string, diagnostics: Diagnostics): void {
  for (const [a, b] of caseClashes(serviceColumns(members))) {
    diagnostics.report({
      code: "COLUMN_CLASH",
      place,
      what: a === b ? `two features want the column '${a}'` : `the columns '${a}' and '${b}' differ only in case`,
      mend: `rename one: view.rename({ feature: "other_name" })`,
    });
  }
}

function serviceInputs(
  members: readonly MemberIR[],
  compiled: Compiled,
  place: string,
  diagnostics: Diagnostics,
): ServiceIR["inputs"] {
  const inputs = new Map<string, { name: string; type: TypeIR; role: "key" | "request" }>();
  const add = (name: string, type: TypeIR, role: "key" | "request") => {
    const present = inputs.get(name);
    if (!present) inputs.set(name, { name, type, role });
    else if (!sameType(present.type, type)) {
      diagnostics.report({
        code: "INPUT_CLASH",
        place,
        what: `'${name}' is asked for as a ${typeName(present.type)} and as a ${typeName(type)}`,
        mend: "give the two the same type or other names",
      });
    }
  };
  for (const member of members) {
    if (member.kind === "view") {
      const view = compiled.views.find((v) => v.name === member.view);
      for (const key of view?.keys ?? []) add(member.keys[key.key] ?? key.key, key.type, "key");
    } else {
      for (const field of compiled.onDemands.find((o) => o.name === member.onDemand)?.request ?? [])
        add(field.name, field.type, "request");
    }
  }
  const list = [...inputs.values()];
  for (const [a, b] of caseClashes(list.map((i) => i.name))) {
    diagnostics.report({
      code: "INPUT_CLASH",
      place,
      what: `the inputs '${a}' and '${b}' differ only in case`,
      mend: "rename one of them",
    });
  }
  return list;
}
