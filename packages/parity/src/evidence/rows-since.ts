import { same } from "../agreement.js";
import type { Found } from "../compare.js";
import type { Marks, ParityContext } from "../context.js";
import type { Pushed } from "../pushes/pushed-rows.js";
import type { Asked, Recomputation, Recomputed } from "../recompute.js";
import { ownMembers, type Subject, type SubjectColumn, type SubjectView } from "../subject.js";
import { type KeyEvidence, keyEvidence } from "./key-evidence.js";
import { withoutLate } from "./without-late.js";

/** What runs noted of rows' keys, and the values without what came since. */
export interface RowsSince {
  readonly of: ReadonlyMap<SubjectView, readonly KeyEvidence[]>;
  readonly without: Recomputation | null;
}

export async function rowsSince(
  context: ParityContext,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks,
  pushed: Pushed,
): Promise<RowsSince> {
  const of = new Map<SubjectView, readonly KeyEvidence[]>();
  for (const member of subject.members) {
    const mark = marks.get(member.view.name);
    if (mark) of.set(member, await keyEvidence(context, subject, member, rows, mark));
  }
  return { of, without: await withoutLate(context, subject, rows, marks, of, pushed) };
}

/** What became of the source decides why a value differs from what its rows give; `wrong`: nothing became of it. */
export type Became = { readonly is: "late" | "rewritten" | "wrong" | "not known"; readonly says: string };

/** `place`: of the rows that the evidence is of. */
export function becameOf({ of, without }: RowsSince, subject: Subject, column: number, place: number, online: Found) {
  const own = ownMembers(subject, subject.columns[column] as SubjectColumn).flatMap((member) => {
    const found = of.get(member)?.[place];
    return found ? [found] : [];
  });
  return becauseOf(online, own, without?.[column]?.[place]);
}

export function becauseOf(online: Found, own: readonly KeyEvidence[], without: Recomputed | undefined): Became {
  const says = (is: KeyEvidence["is"]) =>
    own
      .filter((e) => e.is === is)
      .map((e) => e.says)
      .join("; ");
  const has = (is: KeyEvidence["is"]) => own.some((e) => e.is === is);
  if (has("grown") && without && same(online, without))
    return { is: "late", says: `${says("grown")}; without them the value is what was served` };
  if (has("changed")) return { is: "rewritten", says: says("changed") };
  if (has("not known")) return { is: "not known", says: says("not known") };
  if (own.length === 0) return { is: "not known", says: "it is not known which views it was read from" };
  if (has("grown"))
    return { is: "wrong", says: `${says("grown")}; without them the value is still not what was served` };
  return { is: "wrong", says: `${says("same")}, and a build of them at the same T gives another value` };
}
