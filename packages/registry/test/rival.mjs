// One of two processes that apply or start runs at once: a line of JSON in, a line of JSON out.
import { createInterface } from "node:readline";
import { openRegistry } from "../dist/index.js";

const [folder, by] = process.argv.slice(2);
const registry = await openRegistry(folder);
const bundle = new TextEncoder().encode("export {}");
console.log(JSON.stringify("ready"));
for await (const line of createInterface({ input: process.stdin })) {
  const { expected, repo, runs } = JSON.parse(line);
  const result = repo
    ? await registry.apply(expected, repo, bundle, by).then(
        () => "won",
        (error) => error.code,
      )
    : await Promise.all(Array.from({ length: runs }, () => registry.startRun("v", 1, 0n))).then((all) =>
        all.map((r) => r.run),
      );
  console.log(JSON.stringify(result));
}
