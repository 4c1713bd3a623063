import type { FileFingerprint } from "@lockstep/registry";

/** What became of a source's files since a run read them. */
export interface FilesSince {
  readonly are: "same" | "changed" | "not known";
  readonly says: string;
}

export function filesSince(
  then: readonly FileFingerprint[] | null,
  now: readonly FileFingerprint[] | null,
): FilesSince {
  if (!then || !now) return { are: "not known", says: "the source's files can't be looked at" };
  const known = new Map(now.map((f) => [f.path, f]));
  const other = then.filter(({ path, bytes, sha256 }) => {
    const file = known.get(path);
    return file?.bytes !== bytes || file.sha256 !== sha256;
  });
  const more = now.filter(({ path }) => !then.some((f) => f.path === path));
  if (other.length === 0 && more.length === 0)
    return { are: "same", says: "the source's files are as the run read them" };
  const named = [...other, ...more].slice(0, 3).map((f) => f.path);
  return {
    are: "changed",
    says: `${other.length} of the source's files changed and ${more.length} came since: ${named.join(", ")}`,
  };
}
