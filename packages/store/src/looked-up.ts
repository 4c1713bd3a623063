/**
 * What `look` gives, looked up again where that is longer ago than `everyMs`. Those who ask meanwhile wait for the same
 * look. Where one fails, what is known goes on; where nothing is, the failure is theirs, and the next to ask looks again.
 */
export function lookedUp<T>(look: () => Promise<T>, everyMs: number, clock: () => number): () => T | Promise<T> {
  let known: { readonly value: T; readonly at: number } | null = null;
  let looking: Promise<T> | null = null;
  const again = async (): Promise<T> => {
    const at = clock();
    try {
      const value = await look();
      known = { value, at };
      return value;
    } catch (error) {
      if (!known) throw error;
      known = { ...known, at };
      return known.value;
    } finally {
      looking = null;
    }
  };
  return () => {
    if (known && clock() - known.at < everyMs) return known.value;
    looking ??= again();
    return looking;
  };
}
