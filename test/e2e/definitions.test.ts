import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fs, workspace } from "./run-fs.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-definitions-"));
  await fs(folder, ["init", "."]);
  await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (...more: string[]) =>
  fs(folder, ["train", "next_order", "--labels", "labels.csv", "--timestamp", "asked_at", ...more]);

describe("compile and train", () => {
  it("use the working copy before the first apply, then the applied version, or the working copy with --local", async () => {
    expect((await fs(folder, ["compile", "next_order"])).out).toContain("the working copy's");
    await fs(folder, ["apply"]);
    const features = join(folder, "features.ts");
    await writeFile(features, (await readFile(features, "utf8")).replace(`over("3d")`, `over("2d")`));
    const [applied, local] = [
      await fs(folder, ["compile", "next_order"]),
      await fs(folder, ["compile", "next_order", "--local"]),
    ];
    expect(applied.out).toContain("those of version 1, as applied");
    expect(local.out).toContain("the working copy's");
    expect(applied.out.replace(/.*definitions.*/, "")).not.toBe(local.out.replace(/.*definitions.*/, ""));
    expect((await train("--out", "a.parquet")).out).toContain("version 1, as applied");
    expect((await train("--out", "b.parquet", "--local")).out).toContain("the working copy");
  });

  it("--explain counts rows, as a table and as JSON", async () => {
    const text = await train("--out", "c.parquet", "--explain");
    expect(text.out).toMatch(/rows that +read +kept/);
    expect(text.out).toMatch(/have an event time +20 +20/);
    const json = await train("--out", "d.parquet", "--explain", "--json");
    expect(JSON.parse(json.out)).toMatchObject({
      version: 1,
      explanation: { views: [{ view: "spending", source: "orders" }] },
    });
  });

  it("--partition-by writes a folder, and replaces it only with --force", async () => {
    expect((await train("--out", "parts", "--partition-by", "customer_id")).code).toBe(0);
    expect(existsSync(join(folder, "parts", "customer_id=c1"))).toBe(true);
    expect((await train("--out", "parts", "--partition-by", "customer_id")).err).toContain("OUT_EXISTS");
    expect((await train("--out", "parts", "--partition-by", "customer_id", "--force")).code).toBe(0);
  });
});
