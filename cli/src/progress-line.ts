import { count, rate, span } from "./numbers.js";
import { truncate } from "./text-width.js";

export interface ProgressState {
  readonly label: string;
  readonly done?: number;
  readonly total?: number | null;
  /** What is counted: `keys`. Without it only the share is shown. */
  readonly unit?: string;
  /** Default: what was done since the label was first shown. */
  readonly perSecond?: number;
  /** Since the label was first shown. */
  readonly seconds: number;
}

const BAR = 12;

/** `origin_delays  [###---------]  25%  250 of 1,000 keys  125/s  6s left`, as much as is known of it. */
export function progressLine({ label, done, total, unit, seconds, ...given }: ProgressState, width: number): string {
  const parts = [label];
  const perSecond = given.perSecond ?? (done !== undefined && seconds > 0 ? done / seconds : 0);
  if (done !== undefined && total) parts.push(bar(done / total));
  if (done !== undefined && unit !== undefined) {
    parts.push(`${count(done)}${total ? ` of ${count(total)}` : ""} ${unit}`);
    if (perSecond > 0) parts.push(rate(perSecond));
  }
  if (done !== undefined && total && perSecond > 0 && done < total)
    parts.push(`${span((total - done) / perSecond)} left`);
  return truncate(parts.join("  "), width);
}

function bar(share: number): string {
  const within = Math.min(1, Math.max(0, share));
  const full = Math.floor(within * BAR);
  return `[${"#".repeat(full)}${"-".repeat(BAR - full)}]${String(Math.floor(within * 100)).padStart(4)}%`;
}
