import { columnsRead } from "./expr-columns.js";
import type { FeatureIR, NamedType, PushIR, ViewIR } from "./ir.js";
import type { Source } from "./source.js";

/** Null where the source's rows can't be pushed. */
export function lowerPush(source: Source, keys: ViewIR["keys"], features: readonly FeatureIR[]): PushIR | null {
  if (!source.push) return null;
  const read = columnsRead(features);
  const columns = source.columnNames.map(({ name, type }): NamedType => ({ name, type }));
  const place = (key: number) => columns.findIndex((c) => c.name === keys[key]?.column);
  return {
    id: source.id.flatMap((id) => columns.find((c) => c.name === id) ?? []),
    version: columns.find((c) => c.name === source.version) ?? null,
    reads: columns.filter((c) => read.has(c.name)),
    keyOrder: keys.map((_, i) => i).sort((a, b) => place(a) - place(b)),
  };
}
