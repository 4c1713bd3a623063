import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatInstant } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { fs, serve, workspace } from "../e2e/run-fs.js";
import type { Row } from "../oracle/index.js";
import { startRedis } from "../support/redis-server.js";
import { type Definition, declarations } from "./definitions.js";
import { purchasesSql } from "./purchases-sql.js";

export const KEY = "the-key-of-the-soak";

/** Microseconds of the wall clock, as the server has them. */
export const wallClock = (): bigint => BigInt(Date.now()) * 1000n;

/** A feature repo in a folder, whose online store is a Redis, and a server of it. */
export interface World {
  /** Another file of the source. */
  write(rows: readonly Row[]): Promise<void>;
  apply(definition: Definition): Promise<void>;
  materialize(watermark: bigint): Promise<void>;
  serve(workers: number): ReturnType<typeof serve>;
  end(): Promise<void>;
}

export async function soakWorld(): Promise<World> {
  const [redis, db] = await Promise.all([startRedis(), Database.open({ threads: 1 })]);
  const folder = await mkdtemp(join(tmpdir(), "lockstep-soak-"));
  await mkdir(join(folder, "data"));
  await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await writeFile(join(folder, "lockstep.config.ts"), configuration(redis.url));
  const run = async (...args: string[]): Promise<void> => {
    const { code, out, err } = await fs(folder, args);
    if (code !== 0) throw new Error(`fs ${args.join(" ")} ended with ${code}: ${err}${out}`);
  };
  let files = 0;
  return {
    write: (rows) =>
      db.run(`COPY (${purchasesSql(rows)}) TO '${join(folder, `data/${files++}.parquet`)}' (FORMAT parquet)`),
    apply: async (definition) => {
      await writeFile(join(folder, "features.ts"), declarations(definition));
      await run("apply");
    },
    materialize: (watermark) => run("materialize", "--at", formatInstant(watermark)),
    serve: (workers) => serve(folder, ["--workers", String(workers)]),
    end: async () => {
      db.close();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (redis: string): string => `
import { defineConfig } from "@lockstep/core";

export default defineConfig({
  project: "soak",
  features: "features.ts",
  environments: {
    dev: {
      online: { kind: "redis", url: "${redis}" },
      duckdb: { threads: 1 },
      server: {
        auth: { keys: [{ name: "soak", sha256: "${createHash("sha256").update(KEY).digest("hex")}", operations: ["read", "operate"] }] },
      },
    },
  },
});
`;
