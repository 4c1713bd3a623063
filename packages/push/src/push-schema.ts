import { columnValue, didYouMean, type NamedType, type SourceIR, toWire, type Value } from "@lockstep/core";
import { z } from "zod";

export type ValidRow = Readonly<Record<string, Value>>;

/** A row that is to be pushed: its place among those given, and its own JSON. */
export interface GivenRow {
  readonly index: number;
  readonly row: ValidRow;
  readonly json: string;
}

/** A row as it should be, or a sentence for each thing that is wrong with it. */
export type Validation = { readonly row: ValidRow } | { readonly reason: string };

const made = [new WeakMap<SourceIR, Validator>(), new WeakMap<SourceIR, Validator>()] as const;

type Validator = (row: unknown) => Validation;

/**
 * Checks rows against a source's columns. A column that is left out is null; one that the source does not declare is a
 * mistake, or left out where it is an older declaration than `row`'s. Local times don't occur: an instant is UTC, whatever zone the source's own column is in.
 */
export function rowValidator(source: SourceIR, older: boolean): Validator {
  const known = made[older ? 1 : 0];
  const validator = known.get(source) ?? makeValidator(source, older);
  known.set(source, validator);
  return validator;
}

function makeValidator(source: SourceIR, older: boolean): Validator {
  const needed = new Set([...(source.id ?? []), source.eventTime]);
  const names = source.columns.map((c) => c.name);
  const shape = source.columns.map((column) => [column.name, columnSchema(column, needed.has(column.name))] as const);
  const schema = (older ? z.object : z.strictObject)(Object.fromEntries(shape), {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `source '${source.name}' has no ${issue.keys.map((key) => `column '${key}'${didYouMean(key, names)}`).join(", no ")}`
        : "it is not an object of columns",
  });
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  return (row) => {
    const parsed = schema.safeParse(isRecord(row) ? { ...absent, ...row } : row);
    if (parsed.success) return { row: parsed.data as ValidRow };
    return { reason: parsed.error.issues.map((issue) => issue.message).join("; ") };
  };
}

/** What a validator of the same columns reads again as the same row. */
export const rowJson = ({ columns }: SourceIR, row: ValidRow): string =>
  JSON.stringify(Object.fromEntries(columns.map(({ name, type }) => [name, toWire(type, row[name] ?? null)])));

const isRecord = (row: unknown): row is object => typeof row === "object" && row !== null && !Array.isArray(row);

const columnSchema = (column: NamedType, needed: boolean) =>
  z.unknown().transform((given, context): Value => {
    const read = columnValue(column, given);
    if ("value" in read && !(read.value === null && needed)) return read.value;
    const message = "wrong" in read ? read.wrong : `column '${column.name}' is null, and without it a row is no event`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
