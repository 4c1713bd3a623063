import { decodeGiven, encodeRow, idKey, type RowWrite } from "@lockstep/online";
import { entriesOf, isEntry } from "./entry-of.js";
import { rowValidator } from "./push-schema.js";
import type { PushTarget } from "./push-targets.js";

/** What a view's index of ids has of rows that lie there as they were given. */
export function indexRows(target: PushTarget, given: readonly Uint8Array[]): RowWrite[] {
  const { layout, entryOf } = entriesOf(target);
  const validate = rowValidator(target.source, true);
  return given.flatMap((bytes) => {
    const result = validate(decodeGiven(bytes));
    const entry = "row" in result ? entryOf(result.row) : null;
    if (!entry || !isEntry(entry)) return [];
    return [{ key: idKey(layout, entry.id), row: encodeRow(layout, { kind: "entry", entry }) }];
  });
}
