import { compileRepo, type Diagnostic, LockstepError } from "../src/index.js";

/** What a call reports, every mistake of it; an empty list where it does not throw. */
export function diagnosticsOf(work: () => unknown): readonly Diagnostic[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof LockstepError) return error.diagnostics;
    throw error;
  }
}

/** What compiling declarations reports. They are wrong on purpose, so their types are not asked for. */
export const mistakesIn = (...declarations: readonly unknown[]): readonly Diagnostic[] =>
  diagnosticsOf(() => compileRepo("project", declarations));
