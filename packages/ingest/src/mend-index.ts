import { givenOfId, isWholeRow, type KeyRows, type OnlineStore } from "@lockstep/online";
import { indexRows, type PushTarget } from "@lockstep/push";
import type { DamagedRow } from "./damaged-rows.js";

export interface MendedIndex {
  /** All of the ids, with the rows that are whole. */
  readonly ids: readonly KeyRows[];
  readonly damaged: readonly DamagedRow[];
}

/**
 * Of ids some of whose rows are damaged: makes them again from the rows as they were given, where those are whole. Else
 * they stay, for nobody knows what they have been.
 */
export async function mendIndex(store: OnlineStore, target: PushTarget, ids: readonly KeyRows[]): Promise<MendedIndex> {
  const { generation } = target;
  const mended: KeyRows[] = [];
  const damaged: DamagedRow[] = [];
  for (const { key, rows } of ids) {
    const bad = rows.filter((row) => !isWholeRow(row)).map((row) => ({ key, row }));
    const read = await store.read([{ key: givenOfId(key), generations: [], rows: [generation] }], []);
    const given = read.rows?.[0]?.[0] ?? [];
    const isMended = given.every(isWholeRow);
    const rowsAgain = isMended ? indexRows(target, given).map((row) => ({ ...row, asks: true as const })) : [];
    const again = await store.append(generation, rowsAgain);
    if (isMended) await store.removeRows(generation, bad);
    damaged.push(...bad.map((row) => ({ ...row, isMended })));
    mended.push({ key, rows: (again.at(-1)?.rows ?? rows).filter(isWholeRow) });
  }
  return { ids: mended, damaged };
}
