import { decodeGiven, instantOf, isGivenKey } from "@lockstep/online";
import type { Registry } from "@lockstep/registry";
import { type GivenRow, rowJson, rowValidator } from "./push-schema.js";
import { pushedGenerations } from "./push-targets.js";
import { appendPush, preparePush, type ViewPush } from "./push-view.js";

/**
 * Gives a generation the rows that were pushed before a changed definition opened it, and that count beyond its first
 * T: from the other generations over the source, as they were given. What the definition no longer takes is left out.
 */
export async function adoptPushes(push: ViewPush, registry: Pick<Registry, "state">, t: bigint): Promise<void> {
  const { store, target } = push;
  const validate = rowValidator(target.source, true);
  for (const generation of pushedGenerations(await registry.state(), target.source.name)) {
    if (generation === target.generation) continue;
    for await (const batch of store.rows(generation)) {
      const given = batch.flatMap(({ key, rows }) => (isGivenKey(key) ? rows.filter((row) => instantOf(row) > t) : []));
      const rows = given.flatMap((bytes, index): GivenRow[] => {
        const result = validate(decodeGiven(bytes));
        return "row" in result ? [{ index, row: result.row, json: rowJson(target.source, result.row) }] : [];
      });
      if (rows.length > 0) await appendPush(await preparePush(push, rows));
    }
  }
}
