import type { KeyRows, OnlineStore } from "../store.js";
import { isGivenKey } from "./id-key.js";

/** The rows that were pushed to a generation and still lie there as they were given (see given-row.ts), by their ids, some at a time. */
export async function* givenRows(
  store: Pick<OnlineStore, "rows">,
  generation: number,
): AsyncGenerator<readonly KeyRows[]> {
  for await (const batch of store.rows(generation)) {
    const given = batch.filter(({ key }) => isGivenKey(key));
    if (given.length > 0) yield given;
  }
}
