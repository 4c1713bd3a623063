import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileLocal } from "../src/compile-local.js";
import { loadConfig } from "../src/config/index.js";
import { repoFolder } from "./repo-folder.js";

test("the example repo compiles, and its functions run", async () => {
  const config = await loadConfig({ cwd: fileURLToPath(new URL("../../../feature_repo/src", import.meta.url)) });
  const { repo, computations } = await compileLocal(config);
  expect(repo.project).toBe("flights");
  expect(repo.views.map((v) => v.name)).toEqual(["origin_delays", "route_history"]);
  const compute = computations.get("departure")?.compute as (inputs: object, context: object) => unknown;
  expect(compute({ scheduled: 992_606_400_000_000n, recent: 5, usual: 3 }, { t: 0n })).toEqual({
    hour: 12,
    weekday: 5,
    worse_than_usual: 2,
  });
});

test("a features file that is not there is named", async () => {
  const cwd = repoFolder({ "lockstep.config.mjs": 'export default { project: "p", features: "f.ts" };' });
  await expect(compileLocal(await loadConfig({ cwd }))).rejects.toThrow(/FEATURES_MISSING .*there is no file .*f\.ts/);
});
