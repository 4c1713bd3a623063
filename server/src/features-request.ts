import { LockstepError, tryInstant } from "@lockstep/core";
import { z } from "zod";
import type { Ask } from "./pipeline.js";

const FORMS = ["rows", "columns", "vectors"] as const;
export type Form = (typeof FORMS)[number];

/** What of a feature is asked for beside its values. */
export interface Extras {
  readonly statuses: boolean;
  readonly eventTimes: boolean;
}

export interface FeaturesRequest extends Extras {
  readonly ask: Ask;
  readonly form: Form;
}

// The entities themselves are the reader's to judge: it names the rows and fields that are wrong.
const schema = z.strictObject({
  service: z.string(),
  entities: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]),
  at: z.string().nullish(),
  features: z.array(z.string()).min(1).nullish(),
  form: z.enum(FORMS).optional(),
  statuses: z.boolean().optional(),
  event_times: z.boolean().optional(),
});

export function featuresRequest(body: Buffer, maxEntities: number): FeaturesRequest {
  const {
    service,
    entities,
    at,
    features,
    form = "rows",
    statuses = false,
    event_times = false,
  } = checked(schema, body);
  const rows = rowsOf(entities);
  checkBatch(rows.length, maxEntities);
  const options = {
    ...(at === undefined || at === null ? {} : { at: instantOf(at) }),
    ...(features ? { columns: features } : {}),
  };
  return { ask: { service, rows: rows as Ask["rows"], options }, form, statuses, eventTimes: event_times };
}

/** The body's JSON as the schema has it; REQUEST_INVALID with all that is wrong otherwise. */
export const checked = <T>(schema: z.ZodType<T>, body: Buffer): T => checkedJson(schema, parsedJson(body));

export function checkedJson<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new LockstepError(
    parsed.error.issues.slice(0, 20).map((issue) => ({
      code: "REQUEST_INVALID",
      place: issue.path.length > 0 ? issue.path.join(".") : "the body",
      what: issue.message,
    })),
  );
}

export function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new LockstepError({ code: "REQUEST_INVALID", place: "the body", what: "it is not JSON" });
  }
}

export function checkBatch(entities: number, most: number): void {
  if (entities <= most) return;
  throw new LockstepError({
    code: "BATCH_TOO_LARGE",
    what: `${entities} entities are asked for at once, and at most ${most} may be`,
    mend: "ask for fewer at a time",
  });
}

function instantOf(text: string): bigint {
  const at = tryInstant(text);
  if (at !== null) return at;
  throw new LockstepError({
    code: "VALUE_INVALID",
    place: "at",
    what: `${JSON.stringify(text.slice(0, 60))} is not an instant`,
    mend: 'give an instant such as "2001-03-01T12:00:00Z", or leave it out',
  });
}

/** A row each: `{"origin": ["ORD", "SFO"]}` is two. */
export function rowsOf(
  given: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>,
  of?: RowsMember,
): readonly unknown[] {
  if (Array.isArray(given)) return given;
  return rowsOfColumns(Object.entries(given as Readonly<Record<string, readonly unknown[]>>), of);
}

/** The member of a request that has rows. */
type RowsMember = "entities" | "rows" | "df";

export function rowsOfColumns(
  columns: readonly (readonly [string, readonly unknown[]])[],
  of: RowsMember = "entities",
): object[] {
  const length = columns[0]?.[1].length ?? 0;
  const uneven = columns.find(([, values]) => values.length !== length);
  if (uneven) {
    throw new LockstepError({
      code: "REQUEST_INVALID",
      place: `${of}.${uneven[0]}`,
      what: `it has ${uneven[1].length} values, and '${columns[0]?.[0]}' has ${length}`,
      mend: `give each column a value for every ${of === "entities" ? "entity" : "row"}, or null`,
    });
  }
  return Array.from({ length }, (_, row) => {
    const out: Record<string, unknown> = Object.create(null);
    for (const [name, values] of columns) out[name] = values[row];
    return out;
  });
}
