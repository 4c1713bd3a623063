/** What went wrong, where, and how to mend it. Every error that a user can see has this shape. */
export interface Diagnostic {
  /** Stable, upper-case, for machines: `FEATURE_NAME_CLASH`. */
  readonly code: string;
  /** Where: a declaration, a file, a column, a key. */
  readonly place?: string;
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** The only error that the product throws on purpose. Several diagnostics are collected into one error. */
export class LockstepError extends Error {
  override readonly name = "LockstepError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: { cause?: unknown }) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map(formatDiagnostic).join("\n"), options);
    this.diagnostics = list;
  }

  /** The first diagnostic's code. */
  get code(): string {
    return this.diagnostics[0]?.code ?? "UNKNOWN";
  }
}

/** `CODE at place: what; mend` in one line. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${d.code}${d.place ? ` at ${d.place}` : ""}: ${d.what}${d.mend ? `; ${d.mend}` : ""}`;
}

/** True for a LockstepError from any copy of this package: a bundled feature repo carries its own. */
export function isLockstepError(error: unknown): error is LockstepError {
  return error instanceof Error && error.name === "LockstepError" && "diagnostics" in error;
}

/** The candidate nearest to `name`, for "did you mean", or undefined where none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** " (did you mean 'x'?)" or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? "" : ` (did you mean '${best}'?)`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
