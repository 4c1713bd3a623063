import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, type FeatureService, type Value } from "@lockstep/core";
import { afterAll, beforeAll } from "vitest";
import {
  Database,
  type DatabaseOptions,
  type Frame,
  type FrameOptions,
  localSources,
  trainingFrame,
} from "../src/index.js";

/** A database and a folder of files for the tests of one file. */
export interface Lab {
  readonly db: Database;
  readonly folder: string;
  path(name: string): string;
  write(name: string, text: string): string;
  /** Writes a query's rows as Parquet and gives the path. */
  parquet(name: string, sql: string): Promise<string>;
  frame(service: FeatureService, options: FrameOptions, db?: Database): Promise<Frame>;
  /** A frame's rows, and no frame left. */
  rows(service: FeatureService, options: FrameOptions): Promise<Record<string, Value>[]>;
}

export function useLab(options: DatabaseOptions = { threads: 2 }): Lab {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-offline-"));
  let db: Database | undefined;
  const path = (name: string) => join(folder, name);
  const opened = () => {
    if (!db) throw new Error("the database is open only while tests run");
    return db;
  };
  const lab: Lab = {
    get db() {
      return opened();
    },
    folder,
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
    async parquet(name, sql) {
      await opened().run(`COPY (${sql}) TO '${path(name)}' (FORMAT parquet)`);
      return path(name);
    },
    async frame(service, frameOptions, on = opened()) {
      const { ir, computations } = compileRepo("lab", [service]);
      const [compiled] = ir.services;
      if (!compiled) throw new Error("no service");
      return trainingFrame({ db: on, repo: ir, computations, sources: localSources(folder) }, compiled, frameOptions);
    },
    async rows(service, frameOptions) {
      const frame = await lab.frame(service, frameOptions);
      try {
        return await frame.rows();
      } finally {
        await frame.close();
      }
    },
  };
  beforeAll(async () => {
    db = await Database.open(options);
  });
  afterAll(() => {
    db?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return lab;
}
