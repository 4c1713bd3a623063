/** One JSON document. A bigint that no type has turned into text yet becomes text: JSON numbers would round it. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v), 2)}\n`;
