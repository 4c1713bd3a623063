import type { Output } from "./io.js";
import { progressLine } from "./progress-line.js";

/** What is going on, for the people who wait. */
export interface Progress {
  show(
    label: string,
    count?: {
      readonly done: number;
      readonly total: number | null;
      readonly unit: string;
      readonly perSecond?: number;
    },
  ): void;
  /** The share done, 0 to 1, of what `show` has named without a count. */
  fraction(share: number): void;
  /** Leaves nothing of the bar behind. */
  end(): void;
}

export const SILENT: Progress = { show: () => {}, fraction: () => {}, end: () => {} };

interface Shown {
  readonly label: string;
  readonly since: number;
  readonly done?: number;
  readonly total?: number | null;
  readonly unit?: string;
  readonly perSecond?: number;
}

const ERASE = "\r\x1b[K";

/** A line that is drawn anew on a terminal, ten times a second at most; elsewhere plain lines, one in two seconds. */
export function createProgress(output: Output, clock: () => number): Progress {
  const pause = output.isTTY ? 100 : 2_000;
  let shown: Shown | undefined;
  let last = output.isTTY ? -Infinity : clock();

  const draw = (next: Shown) => {
    const now = clock();
    const due = now - last >= pause || (output.isTTY && next.label !== shown?.label);
    shown = next;
    if (!due) return;
    last = now;
    const line = progressLine(
      { ...next, seconds: (now - next.since) / 1000 },
      output.isTTY ? output.columns - 1 : Infinity,
    );
    output.write(output.isTTY ? ERASE + line : `${line}\n`);
  };

  return {
    show: (label, count = undefined) =>
      draw({ label, since: shown?.label === label ? shown.since : clock(), ...count }),
    fraction: (share) => {
      if (shown && shown.unit === undefined) draw({ ...shown, done: share, total: 1 });
    },
    end: () => {
      if (output.isTTY && shown) output.write(ERASE);
      shown = undefined;
    },
  };
}
