import { LockstepError } from "@lockstep/core";
import { bytesText, decodeGiven, givenRows, instantOf, isWholeRow, keyName } from "@lockstep/online";
import type { Registry } from "@lockstep/registry";
import { entriesOf } from "./entry-of.js";
import { type GivenRow, rowJson, rowValidator } from "./push-schema.js";
import { type PushTarget, pushedGenerations } from "./push-targets.js";
import { appendPush, preparePush, type ViewPush } from "./push-view.js";

/**
 * Gives a generation the rows that were pushed before a changed definition opened it, and that count beyond its first
 * T: from the other generations over the source, as they were given. What the definition no longer takes is left out.
 * Fails where one is damaged, and neither another generation nor this one has its id's rows whole.
 */
export async function adoptPushes(push: ViewPush, registry: Pick<Registry, "state">, t: bigint): Promise<void> {
  const { store, target } = push;
  const validate = rowValidator(target.source, true);
  const damaged = new Map<string, Uint8Array>();
  const whole = new Set<string>();
  for (const generation of pushedGenerations(await registry.state(), target.source.name)) {
    for await (const ids of givenRows(store, generation)) {
      for (const { key, rows } of ids) {
        if (rows.every(isWholeRow)) whole.add(bytesText(key));
        else damaged.set(bytesText(key), key);
      }
      if (generation === target.generation) continue;
      const given = ids.flatMap(({ rows }) => rows.filter((row) => isWholeRow(row) && instantOf(row) > t));
      const rows = given.flatMap((bytes, index): GivenRow[] => {
        const result = validate(decodeGiven(bytes));
        return "row" in result ? [{ index, row: result.row, json: rowJson(target.source, result.row) }] : [];
      });
      if (rows.length > 0) await appendPush(await preparePush(push, rows));
    }
  }
  const lost = [...damaged].filter(([name]) => !whole.has(name)).map(([, key]) => key);
  if (lost.length > 0) throw damagedGiven(target, lost);
}

function damagedGiven(target: PushTarget, keys: readonly Uint8Array[]): LockstepError {
  const { layout } = entriesOf(target);
  const names = keys.slice(0, SHOWN).map((key) => keyName(target.view, layout, key));
  return new LockstepError({
    code: "STATE_CORRUPT",
    place: `feature view '${target.view.name}', ${names.join("; ")}${keys.length > SHOWN ? "; and others" : ""}`,
    what: "rows that were pushed before the definition changed are damaged, and can't be taken over",
    mend: "push again what was pushed of these ids, and run `fs materialize`; the definition before is served until then",
  });
}

const SHOWN = 10;
