import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, workspace } from "./run-fs.js";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

it("the packed packages, installed in an empty folder, do the main job", { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-packed-"));
  try {
    const tarballs = join(folder, "tarballs");
    await mkdir(tarballs);
    const packages = [
      "core",
      "arrow",
      "compiler",
      "offline",
      "online",
      "registry",
      "push",
      "ingest",
      "parity",
      "store",
      "client",
    ].map((p) => `packages/${p}`);
    const workspaces = [...packages, "server", "cli"].flatMap((w) => ["-w", w]);
    expect(
      await run(npm, ["pack", ...workspaces, "--pack-destination", tarballs, "--loglevel=error"], workspace),
    ).toMatchObject({ code: 0 });
    const files = (await readdir(tarballs)).map((f) => join(tarballs, f));
    expect(files.length).toBe(13);
    const app = join(folder, "app");
    await mkdir(app);
    const install = await run(
      npm,
      ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", ...files],
      app,
    );
    expect(install, install.err).toMatchObject({ code: 0 });
    const fs = (...args: string[]) =>
      run(process.execPath, [join(app, "node_modules/@lockstep/cli/dist/main.js"), ...args], app);
    for (const args of [
      ["--version"],
      ["init", "."],
      ["apply"],
      ["materialize"],
      ["get", "next_order", "customer_id=c1"],
      ["parity"],
    ]) {
      const ran = await fs(...args);
      expect(ran, `fs ${args.join(" ")}: ${ran.err}`).toMatchObject({ code: 0 });
    }
    expect(await readdir(join(app, "node_modules/.bin"))).toContain("fs");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
