import { constants } from "node:os";
import { type Diagnostic, isLockstepError, LockstepError } from "@lockstep/core";

const { ENOSPC, EDQUOT, EIO, EACCES, EPERM, EROFS } = constants.errno;

type Explanation = Omit<Diagnostic, "place">;

// LMDB gives EIO where it could write only a part, as on a disk that is nearly full.
const FULL: Explanation = {
  code: "ONLINE_FULL",
  what: "the online store can't grow: its disk is full, or failing",
  mend: "free some space, or sweep generations that are served no more",
};

const READ_ONLY: Explanation = {
  code: "ONLINE_READ_ONLY",
  what: "the online store may not be written",
  mend: "check the owner and the rights of the folder, and how its file system is mounted",
};

/** lmdb gives numbers, node:fs gives names. */
const explanations: ReadonlyMap<unknown, Explanation> = new Map([
  ...[ENOSPC, EDQUOT, EIO].map((code) => [code, FULL] as const),
  ...[EACCES, EPERM, EROFS, "EACCES", "EPERM", "EROFS"].map((code) => [code, READ_ONLY] as const),
]);

/** What an error of lmdb means to the user. */
export async function lmdbFailure(error: unknown, place: string): Promise<LockstepError> {
  if (isLockstepError(error)) return error;
  const reason = (await commitError(error)) ?? error;
  const explanation = explanations.get(property(reason, "code")) ?? {
    code: "ONLINE_UNAVAILABLE",
    what: `LMDB failed: ${reason instanceof Error ? reason.message : String(reason)}`,
    mend: "check that the path is a folder of this online store on a local disk",
  };
  return new LockstepError({ ...explanation, place });
}

/** A failed commit carries its reason as a promise that rejects. */
async function commitError(error: unknown): Promise<unknown> {
  try {
    await property(error, "commitError");
    return undefined;
  } catch (reason) {
    return reason;
  }
}

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
