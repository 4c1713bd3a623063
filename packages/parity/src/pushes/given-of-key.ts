import { stateLayout, type Value, type ViewIR } from "@lockstep/core";
import { bytesText, decodeGiven, decodeRow, encodeKey, givenKey, type OnlineStore } from "@lockstep/online";

/** The pushed rows, as they were given, of all ids that a key was told of. */
export async function givenOfKey(
  store: Pick<OnlineStore, "read">,
  generation: number,
  view: ViewIR,
  key: readonly Value[],
): Promise<unknown[]> {
  const types = view.keys.map((k) => k.type);
  const bytes = encodeKey(view.entity ?? "", types, key);
  if (!view.push || bytes === null) return [];
  const layout = stateLayout(view);
  const told = (await rowsAt(store, generation, [bytes])).map((row) => decodeRow(layout, row));
  const ids = told.map((row) => givenKey(layout, row.kind === "batch" ? row.id : row.entry.id));
  const once = [...new Map(ids.map((id) => [bytesText(id), id])).values()];
  return once.length === 0 ? [] : (await rowsAt(store, generation, once)).map(decodeGiven);
}

async function rowsAt(store: Pick<OnlineStore, "read">, generation: number, keys: readonly Uint8Array[]) {
  const reads = keys.map((key) => ({ key, generations: [], rows: [generation] }));
  const { rows = [] } = await store.read(reads, [generation]);
  return rows.flatMap(([own = []]) => own);
}
