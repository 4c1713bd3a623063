import { Readable } from "node:stream";
import { compileRepo, instant, type RepoIR } from "@lockstep/core";
import { catalogOf, fetchCatalog } from "@lockstep/server";
import type { FeatureStore, StoreStatus } from "lockstep";
import * as features from "../../feature_repo/src/features.js";
import { createProgram, type OpenOptions, type Services } from "../src/index.js";

export const repo: RepoIR = compileRepo("flights", Object.values(features)).ir;

export const T = instant("2001-06-15T12:00:00Z");

export const STATUS: StoreStatus = {
  project: "flights",
  environment: "dev",
  now: "2001-06-15T14:30:00.000000Z",
  version: 2,
  served: 2,
  appliedAt: "2026-01-02T03:04:05.000Z",
  online: { kind: "lmdb", reachable: true, warnings: [] },
  views: [],
};

/** A store of which each test says the part it is about. */
export function fakeStore(parts: Partial<Record<keyof FeatureStore, unknown>> = {}): FeatureStore {
  return {
    project: "flights",
    environment: "dev",
    now: () => T,
    local: async () => repo,
    applied: async () => ({ version: 2, repo }),
    served: async () => ({ version: 2, repo }),
    definitions: async () => ({ version: 2, repo }),
    status: async () => STATUS,
    serverSettings: async () => ({ host: "127.0.0.1", port: 5000, workers: 1 }),
    serving: () => async () => ({ repo }),
    reader: async () => ({}),
    close: async () => {},
    ...parts,
  } as unknown as FeatureStore;
}

interface Options extends Partial<Omit<Services, "openStore">> {
  readonly store?: FeatureStore | ((options: OpenOptions) => Promise<FeatureStore>);
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly stop?: AbortSignal;
  readonly stdin?: AsyncIterable<Uint8Array>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly opened: readonly OpenOptions[];
}

/** Runs `fs` with a fake world: `await fs("plan --json", { store })`, or a list where an argument has spaces. */
export async function fs(command: string | readonly string[], options: Options = {}): Promise<Ran> {
  const { store = fakeStore(), tty = false, columns = 80 } = options;
  const text = { out: "", err: "" };
  const opened: OpenOptions[] = [];
  let now = 0;
  const output = (name: keyof typeof text) => ({
    write: (chunk: string) => {
      text[name] += chunk;
    },
    isTTY: tty,
    columns,
  });
  const program = createProgram({
    openStore: async (o) => {
      opened.push(o);
      return typeof store === "function" ? store(o) : store;
    },
    startServer: options.startServer ?? (() => Promise.reject(new Error("no server"))),
    catalogOf: async (...args) => catalogOf(...args),
    fetchCatalog,
    writeExampleData: options.writeExampleData ?? (async () => {}),
    io: {
      stdout: output("out"),
      stderr: output("err"),
      stdin: options.stdin ?? Readable.from([]),
      env: { NO_COLOR: "1", ...options.env },
      cwd: options.cwd ?? "/home",
      stop: options.stop ?? new AbortController().signal,
      clock: () => (now += 1_000),
    },
  });
  const code = await program.run(typeof command === "string" ? command.split(" ").filter(Boolean) : command);
  return { code, ...text, opened };
}
