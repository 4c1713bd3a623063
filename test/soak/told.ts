import { instant } from "@lockstep/core";
import type { Way } from "./questions.js";

type Json = string | number | null;

/** What an answer says, however it was asked for. */
export interface Told {
  readonly t: bigint;
  readonly watermark: bigint;
  readonly rows: readonly ToldRow[];
}

export interface ToldRow {
  /** By view and feature. */
  readonly values: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The same; only where they were asked for. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Throws where the answer has errors. */
export const told = (way: Way, body: string): Told => READ[way](body);

const READ: { readonly [W in Way]: (body: string) => Told } = {
  graphql: (body) => {
    const { data, errors } = JSON.parse(body);
    if (errors) throw new Error(JSON.stringify(errors));
    const { t, watermark, rows } = data.checkout;
    return { ...instants(t, watermark), rows: rows.map((values: ToldRow["values"]) => ({ values, statuses: {} })) };
  },
  features: (body) => {
    const { t, watermark, rows, statuses, errors } = JSON.parse(body);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    const byView = (flat: object) => nested(flat as Readonly<Record<string, string>>);
    return {
      ...instants(t, watermark),
      rows: rows.map((row: object, i: number) => ({ values: byView(row), statuses: byView(statuses[i]) })),
    };
  },
};

const instants = (t: string, watermark: string) => ({ t: instant(t), watermark: instant(watermark) });

/** `{"view__feature": 1}` as `{"view": {"feature": 1}}`. */
function nested(flat: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const views: Record<string, Record<string, string>> = {};
  for (const [column, value] of Object.entries(flat)) {
    const [view = "", feature = ""] = column.split("__");
    views[view] ??= {};
    (views[view] as Record<string, string>)[feature] = value;
  }
  return views;
}
