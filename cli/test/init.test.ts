import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileRepo } from "@lockstep/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fs } from "./fake.js";

// Within the workspace, so that what it writes finds @lockstep/core.
let cwd = "";
beforeAll(async () => {
  cwd = await mkdtemp(join(dirname(fileURLToPath(import.meta.url)), ".init-"));
});
afterAll(() => rm(cwd, { recursive: true }));

const writeExampleData = (path: string) =>
  mkdir(dirname(path), { recursive: true }).then(() => writeFile(path, "PAR1"));

test("init writes a repo that compiles, and says how to go on", async () => {
  const { code, out, opened } = await fs("init my-shop", { cwd, writeExampleData });
  expect({ code, opened }).toEqual({ code: 0, opened: [] });
  expect(out.replace(cwd, "/home")).toMatchInlineSnapshot(`
    "Project in /home/my-shop
      + package.json
      + lockstep.config.ts
      + features.ts
      + labels.csv
      + .gitignore
      + data/orders.parquet

    Next:
      cd my-shop
      npx fs apply
      npx fs train next_order --labels labels.csv --timestamp asked_at --out train.parquet
      npx fs materialize
      npx fs get next_order customer_id=c1 --statuses
      npx fs parity
    "
  `);
  const dir = join(cwd, "my-shop");
  const { default: config } = await import(join(dir, "lockstep.config.ts"));
  const { ir } = compileRepo(config.project, Object.values(await import(join(dir, "features.ts"))));
  expect(ir).toMatchObject({
    project: "my_shop",
    services: [{ name: "next_order", inputs: [{ name: "customer_id" }] }],
  });
  expect(await readFile(join(dir, "data/orders.parquet"), "utf8")).toBe("PAR1");
});

test("init never overwrites", async () => {
  const dir = join(cwd, "my-shop");
  await writeFile(join(dir, "features.ts"), "// mine");
  await rm(join(dir, "labels.csv"));
  const { out } = await fs("init", { cwd: dir, writeExampleData: () => Promise.reject(new Error("written")) });
  expect(out.replace(dir, "/home/my-shop")).toMatchInlineSnapshot(`
    "Project in /home/my-shop
      + labels.csv
      = package.json (was there, not touched)
      = lockstep.config.ts (was there, not touched)
      = features.ts (was there, not touched)
      = .gitignore (was there, not touched)
      = data/orders.parquet (was there, not touched)

    Next:
      npx fs apply
      npx fs train next_order --labels labels.csv --timestamp asked_at --out train.parquet
      npx fs materialize
      npx fs get next_order customer_id=c1 --statuses
      npx fs parity
    "
  `);
  expect(await readFile(join(dir, "features.ts"), "utf8")).toBe("// mine");
  expect(await readdir(dir)).toContain("labels.csv");
});

test("as JSON", async () => {
  const { out } = await fs(["init", "other repo", "--json"], { cwd, writeExampleData });
  const { next, ...rest } = JSON.parse(out);
  expect(rest).toMatchObject({ project: "other_repo", skipped: [] });
  expect(next.slice(0, 2)).toEqual(["cd 'other repo'", "npx fs apply"]);
});

test("where the packages are not installed it says how to, and names none that npm does not have", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "lockstep-init-"));
  try {
    const { out } = await fs(["init", "--json"], { cwd: elsewhere, writeExampleData });
    expect(JSON.parse(out).next.slice(0, 2)).toEqual([
      "npm install ../lockstep-packages/*.tgz  # packed from a clone, as its README says: not on npm yet",
      "npx fs apply",
    ]);
    expect(JSON.parse(await readFile(join(elsewhere, "package.json"), "utf8"))).not.toHaveProperty("dependencies");
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
