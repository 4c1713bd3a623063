import type { Member } from "./lower/member.js";
import { windowsReach } from "./lower/window.js";

/** Instants in microseconds; `from` is null where it goes back to the beginning. */
export interface Reach {
  readonly from: bigint | null;
  readonly to: bigint;
}

/** How far back any feature reads, in microseconds; null: to the beginning. */
export function lookBack({ view, layout }: Member): number | null {
  return layout.latest ? null : windowsReach(view.features.flatMap((f) => (f.kind === "window" ? [f.window] : [])));
}

/** The event times that count for any row, given the first and the last instant that is asked for. */
export function reachOf(member: Member, asked: Reach): Reach {
  const back = lookBack(member);
  return { from: back === null || asked.from === null ? null : asked.from - BigInt(back), to: asked.to };
}
