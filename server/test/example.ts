import { compileRepo, instant, type RepoIR, type Status, type Value } from "@lockstep/core";
import type { Answer, FeatureReader, ReadOptions } from "@lockstep/online";
import * as features from "../../feature_repo/src/features.js";
import type { Health } from "../src/index.js";

export const example: RepoIR = compileRepo("flights", Object.values(features)).ir;

export const healthy = async (): Promise<Health> => ({
  registry: { ok: true, version: 1 },
  store: { ok: true, kind: "lmdb" },
  views: [{ view: "origin_delays", watermark: instant("2001-03-01T12:00:00Z"), fresh: true }],
});

export interface Cell {
  readonly value: Value;
  readonly status?: Status;
  readonly eventTime?: bigint;
}

type Row = Readonly<Record<string, unknown>>;

export interface FakeReader extends FeatureReader {
  readonly calls: { readonly service: string; readonly rows: readonly Row[]; readonly options?: ReadOptions }[];
}

/** A reader that answers from `cells`: a column's cell for a row. Only the columns asked for are in its answer. */
export function fakeReader(
  repo: RepoIR,
  cells: (column: string, row: Row, index: number) => Cell,
  more: Partial<Pick<Answer, "watermark" | "errors" | "t">> = {},
): FakeReader {
  const calls: FakeReader["calls"] = [];
  const read = async (service: string, rows: readonly Row[], options?: ReadOptions): Promise<Answer> => {
    calls.push({ service, rows, ...(options === undefined ? {} : { options }) });
    const columns = columnsOf(repo, service).filter((c) => options?.columns?.includes(c.name) ?? true);
    return {
      service,
      t: options?.at ?? instant("2001-03-01T12:00:00.000001Z"),
      watermark: instant("2001-03-01T12:00:00Z"),
      rows: rows.length,
      columns: columns.map(({ name, type }) => {
        const found = rows.map((row, index) => cells(name, row, index));
        return {
          name,
          type,
          values: found.map((c) => c.value),
          statuses: found.map((c) => c.status ?? (c.value === null ? "NULL" : "PRESENT")),
          eventTimes: found.map((c) => c.eventTime ?? null),
        };
      }),
      errors: [],
      ...more,
    };
  };
  return { calls, read };
}

function columnsOf(repo: RepoIR, service: string) {
  const members = repo.services.find((s) => s.name === service)?.members ?? [];
  return members.flatMap((m) =>
    m.kind === "view"
      ? m.features.flatMap(({ feature, column }) => {
          const type = repo.views.find((v) => v.name === m.view)?.features.find((f) => f.name === feature)?.type;
          return column === null || !type ? [] : [{ name: column, type }];
        })
      : m.outputs.flatMap(({ output, column }) => {
          const type = repo.onDemands.find((o) => o.name === m.onDemand)?.outputs.find((o) => o.name === output)?.type;
          return type ? [{ name: column, type }] : [];
        }),
  );
}
