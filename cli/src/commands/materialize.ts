import { formatInstant, type Instant, instant } from "@lockstep/core";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { count, rate, took } from "../numbers.js";
import type { MaterializeProgress, MaterializeResult } from "../store-types.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { instantText } from "../value-text.js";

interface MaterializeArgs {
  readonly view: readonly string[];
  readonly at?: Instant;
  readonly dryRun?: boolean;
}

interface Materialized {
  readonly dryRun: boolean;
  readonly views: readonly ViewRun[];
}

interface ViewRun extends Omit<MaterializeResult, "watermark"> {
  /** ISO 8601. */
  readonly watermark: string;
  readonly written: number;
}

export const materialize: Command<MaterializeArgs, Materialized> = {
  name: "materialize",
  summary: "compute views for serving and write them to the online store",
  description:
    "Recomputes every key of the given views (default: all) from what was known by an instant T, and replaces what the online store holds. Running it again, or after a run that was interrupted, ends in the same state.",
  examples: ["fs materialize", "fs materialize origin_delays --at 2001-06-15T12:00:00Z"],
  declare: (parser) =>
    parser
      .argument("[view...]", "feature views of the applied version")
      .option("--at <instant>", "T, in ISO 8601 (default: now)", (text) => instant(text))
      .option("--dry-run", "compute all and write nothing"),
  run: async ({ view, at, dryRun = false }, context) => {
    const store = await context.store();
    const results = await store.materialize({
      ...(view.length > 0 ? { views: view } : {}),
      ...(at === undefined ? {} : { watermark: at }),
      dryRun,
      onProgress: showProgress(context),
    });
    return { dryRun, views: results.map((result) => viewRun(result, dryRun)) };
  },
  render: (result, style) => renderRuns(result, style) + renderUnused(result, style),
};

const showProgress =
  ({ progress }: Context) =>
  ({ view, phase, keys, total }: MaterializeProgress) => {
    if (phase === "writing") progress.show(view, { done: keys, total, unit: "keys" });
    else progress.show(`${view}: ${phase}`);
  };

const viewRun = (result: MaterializeResult, dryRun: boolean): ViewRun => ({
  ...result,
  watermark: formatInstant(result.watermark),
  written: dryRun ? 0 : result.keys - result.kept,
});

const RUN_COLUMNS = ["keys", "written", "kept", "removed", "rows", "time", "keys/s"].map((title) => ({
  title,
  align: "right" as const,
}));

/** T is a column only where it differs from view to view. */
function renderRuns({ dryRun, views }: Materialized, style: Style): string {
  const [T, ...others] = new Set(views.map((v) => instantText(v.watermark)));
  const same = others.length === 0;
  const rows = views.map((v) => [
    v.view,
    ...(same ? [] : [instantText(v.watermark)]),
    ...[v.keys, v.written, v.kept, v.removed, v.rows].map(count),
    took(v.seconds),
    rate(v.keys / v.seconds).replace("/s", ""),
  ]);
  return [
    table([{ title: "view" }, ...(same ? [] : [{ title: "T" }]), ...RUN_COLUMNS], rows, style),
    same && T !== undefined ? `\nT  ${T}\n` : "",
    dryRun ? "Nothing was written: this was a dry run.\n" : "",
  ].join("");
}

function renderUnused({ views }: Materialized, style: Style): string {
  const rows = views.flatMap((v) => Object.entries(v.unused).map(([reason, n]) => [v.view, reason, count(n)]));
  if (rows.length === 0) return "";
  const columns = [{ title: "view" }, { title: "unused rows" }, { title: "rows", align: "right" as const }];
  return `\n${table(columns, rows, style)}`;
}
