import { isLockstepError, LockstepError } from "@lockstep/core";

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
export const isTaken = (error: unknown): boolean => codeOf(error) === "EEXIST";

/** The file system's errors as a sentence; others as they are. */
export function storageError(error: unknown, place: string): unknown {
  const code = codeOf(error);
  if (code === undefined || isLockstepError(error)) return error;
  return new LockstepError(
    {
      code: "REGISTRY_UNAVAILABLE",
      place,
      what: `the registry's files can't be read or written here (${code})`,
      mend: "it needs a folder of which this user may write, on a file system with hard links",
    },
    { cause: error },
  );
}
