import { LockstepError } from "@lockstep/core";
import { z } from "zod";
import { corrupt } from "./corrupt.js";
import { eventSchema } from "./events.js";
import type { Entry } from "./log.js";

const FORMAT = 1;
const entrySchema = z.strictObject({ format: z.literal(FORMAT), sequence: z.int().positive(), event: eventSchema });

/** An entry's bytes in any log. What could not be read back is refused. */
export function encodeEntry({ sequence, event }: Entry): string {
  const text = `${JSON.stringify({ format: FORMAT, sequence, event })}\n`;
  decodeEntry(text, sequence, `entry ${sequence}, not yet written`);
  return text;
}

export function decodeEntry(text: string, sequence: number, place: string): Entry {
  const json = parseJson(text, place);
  const format = typeof json === "object" && json !== null && "format" in json ? json.format : undefined;
  if (typeof format === "number" && format > FORMAT) {
    throw new LockstepError({
      code: "REGISTRY_FORMAT",
      place,
      what: `it was written by a newer version of Lockstep (format ${format})`,
      mend: "upgrade Lockstep here too",
    });
  }
  const parsed = entrySchema.safeParse(json);
  if (!parsed.success) throw corrupt(place, `it is no entry of a registry: ${firstIssue(parsed.error)}`, parsed.error);
  const entry = parsed.data;
  if (entry.sequence !== sequence) throw corrupt(place, `it holds entry ${entry.sequence} in the place of ${sequence}`);
  return { sequence, event: entry.event };
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(place, text === "" ? "it is empty" : "it is truncated, or is no JSON", cause);
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.length > 0 ? `${issue.path.join(".")}: ` : ""}${issue.message}` : "it does not fit";
}
