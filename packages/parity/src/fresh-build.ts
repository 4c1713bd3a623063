import { duckdb, givenKeysSql, stateColumns, stateSql } from "@lockstep/compiler";
import { stateLayout, type Value, type ViewIR } from "@lockstep/core";
import { stateBatch } from "@lockstep/offline";
import { encodeKey, encodeState, type Stamp } from "@lockstep/online";
import type { ParityContext } from "./context.js";
import { hex } from "./hex.js";

/** The states that a full run at the stamp would write for these keys, by key in hexadecimal digits. */
export async function freshBuild(
  { db, version, sources }: ParityContext,
  view: ViewIR,
  keys: readonly (readonly Value[])[],
  stamp: Stamp,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const types = view.keys.map((k) => k.type);
  const whole = keys.filter((key) => !key.includes(null));
  if (whole.length === 0) return new Map();
  const states = new Map<string, Uint8Array>();
  const layout = stateLayout(view);
  const columns = stateColumns(view, layout);
  const sql = stateSql({
    dialect: duckdb,
    repo: version.repo,
    view,
    relation: sources.relation,
    watermark: stamp.t,
    ...(types.length === 0 ? {} : { keys: `(${givenKeysSql(duckdb, types, whole)})` }),
  });
  for await (const chunk of db.chunks(sql)) {
    const batch = stateBatch(chunk, columns);
    for (let row = 0; row < batch.rows; row++) {
      const key = encodeKey(
        view.entity ?? "",
        types,
        batch.keys.map((k) => k.get(row)),
      );
      if (key) states.set(hex(key), encodeState(layout, batch, row, stamp));
    }
  }
  return states;
}
