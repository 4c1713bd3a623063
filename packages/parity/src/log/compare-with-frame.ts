import { type Compared, type Disagreement, type Found, foundOnline } from "../compare.js";
import type { OnlineColumn } from "../online-answers.js";
import type { Subject } from "../subject.js";
import { agree, isTelling } from "../tolerance.js";
import type { FrameFile } from "./frame-file.js";
import { onlineColumns } from "./served-columns.js";
import type { ServedRow } from "./served-row.js";

/** What was served beside a training frame's rows. */
export function compareWithFrame(subject: Subject, rows: readonly ServedRow[], frame: FrameFile): Compared {
  const online = onlineColumns(subject, rows);
  const equal = subject.columns.map(() => 0);
  const telling = subject.columns.map(() => 0);
  const disagreements: Disagreement[] = [];
  rows.forEach((row, r) => {
    const found = frame.find(row.at, row.input) ?? [];
    subject.columns.forEach((column, c) => {
      const offline = found[c];
      if (!offline) return;
      const served = foundOnline(online[c] as OnlineColumn, r);
      const allowed = frameTolerance(column, offline);
      // A frame without statuses says only whether there is a value.
      const alike = (served.status === "PRESENT") === (offline.status === "PRESENT") && served.error === undefined;
      if (alike && agree(offline.value, served.value, allowed)) {
        equal[c] = (equal[c] ?? 0) + 1;
        if (isTelling(served.value)) telling[c] = (telling[c] ?? 0) + 1;
      } else disagreements.push({ column: c, row: r, offline, online: served, allowed });
    });
  });
  return { equal, telling, disagreements };
}

/** The frame doesn't say how great the numbers were that it was summed from. */
const FRAME_PART = 1e-9;

const frameTolerance = ({ companion, derived }: Subject["columns"][number], { value }: Found): number =>
  companion !== null || derived ? FRAME_PART * Math.abs(Number(value)) || 0 : 0;
