import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { mutated } from "./mutation.js";
import { MUTATIONS } from "./mutations/index.js";
import { tryAll } from "./try-all.js";

/** `npm run mutate`: every wrong variant, or those whose names hold one of some texts, and which tests saw it. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: "string", default: String(Math.min(4, availableParallelism())) } },
});
const chosen = MUTATIONS.filter((m) => positionals.length === 0 || positionals.some((text) => m.name.includes(text)));
for (const mutation of chosen) mutated(mutation);

const width = Math.max(...chosen.map((m) => m.name.length));
const started = performance.now();
const survivors: string[] = [];
await tryAll(chosen, Number(values.jobs), (mutation, { by, what, seconds }) => {
  const name = mutation?.name ?? "(none: the sources as they are)";
  const right = mutation ? by !== null : by === null && what === "";
  if (!right) survivors.push(mutation ? `survived: ${name} ${what}` : `the tests fail without any mutation: ${what}`);
  console.log(
    `${name.padEnd(width)}  ${(by ?? "nothing").padEnd(38)} ${seconds.toFixed(1).padStart(6)} s  ${what}`
      .trim()
      .slice(0, 220),
  );
});
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `\n${chosen.length} mutations in ${seconds} s, ${survivors.length === 0 ? "all killed" : "not all killed:"}`,
);
for (const line of survivors) console.log(`  ${line}`);
process.exitCode = survivors.length > 0 ? 1 : 0;
