/** `0.1%` as 0.001; null: it is no such text. */
export function percentOf(text: string): number | null {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const part = Number(number) / 100;
  return number !== undefined && part <= 1 ? part : null;
}
