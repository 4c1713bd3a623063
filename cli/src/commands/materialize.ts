import { formatInstant, type Instant, instant } from "@lockstep/core";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { count, rate, took } from "../numbers.js";
import type { MaterializeProgress, MaterializeResult } from "../store-types.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { usage } from "../usage-error.js";
import { instantText } from "../value-text.js";

interface MaterializeArgs {
  readonly view: readonly string[];
  readonly at?: Instant;
  readonly full?: boolean;
  readonly from?: Instant;
  readonly to?: Instant;
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
    "Recomputes keys of the given views (default: all) from what was known by an instant T, and replaces what the online store holds: those with new rows where the source declares lookback and an earlier run was complete, otherwise every key. Running it again, or after a run that was interrupted, ends in the same state.",
  examples: [
    "fs materialize",
    "fs materialize origin_delays --at 2001-06-15T12:00:00Z",
    "fs materialize --from 2001-06-01T00:00:00Z --to 2001-06-02T00:00:00Z",
  ],
  declare: (parser) =>
    parser
      .argument("[view...]", "feature views of the applied version")
      .option("--at <instant>", "T, in ISO 8601 (default: now)", (text) => instant(text))
      .option("--full", "compute every key, also where those with new rows would do")
      .option("--from <instant>", "with --to: at the T that the store is at, the keys with rows from here", (text) =>
        instant(text),
      )
      .option("--to <instant>", "... that happened before here", (text) => instant(text))
      .option("--dry-run", "compute all and write nothing"),
  run: async ({ view, at, full, from, to, dryRun = false }, context) => {
    if ((from === undefined) !== (to === undefined))
      throw usage("one of --from and --to was given", "give both: from the first up to before the second");
    const store = await context.store();
    const results = await store.materialize({
      ...(view.length > 0 ? { views: view } : {}),
      ...(at === undefined ? {} : { watermark: at }),
      ...(full ? { full } : {}),
      ...(from === undefined || to === undefined ? {} : { range: { from, to } }),
      dryRun,
      onProgress: showProgress(context),
    });
    return { dryRun, views: results.map((result) => viewRun(result, dryRun)) };
  },
  render: (result, style) => renderRuns(result, style) + renderUnused(result, style) + renderDamaged(result, style),
};

/** Several views may be under way: their keys are added up. */
const showProgress = ({ progress }: Context) => {
  const writing = new Map<string, MaterializeProgress>();
  return (now: MaterializeProgress) => {
    if (now.phase === "writing") writing.set(now.view, now);
    else writing.delete(now.view);
    const all = [...writing.values()];
    if (all.length === 0) return progress.show(`${now.view}: ${now.phase}`);
    const sum = (pick: (p: MaterializeProgress) => number) => all.reduce((n, p) => n + pick(p), 0);
    progress.show(all.map((p) => p.view).join(", "), {
      done: sum((p) => p.keys),
      total: all.some((p) => p.total === null) ? null : sum((p) => p.total ?? 0),
      unit: "keys",
      perSecond: sum((p) => p.keysPerSecond),
    });
  };
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
    v.mode,
    ...(same ? [] : [instantText(v.watermark)]),
    ...[v.keys, v.written, v.kept, v.removed, v.rows].map(count),
    took(v.seconds),
    rate(v.keys / v.seconds).replace("/s", ""),
  ]);
  return [
    table([{ title: "view" }, { title: "run" }, ...(same ? [] : [{ title: "T" }]), ...RUN_COLUMNS], rows, style),
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

/** The store's own, which are few or very many. */
const SHOWN_DAMAGED = 20;

function renderDamaged({ views }: Materialized, style: Style): string {
  const all = views.flatMap((v) => v.damaged.map((one) => ({ view: v.view, ...one })));
  if (all.length === 0) return "";
  const columns = [
    { title: "view" },
    { title: "damaged pushed rows" },
    { title: "rows", align: "right" as const },
    { title: "" },
  ];
  const rows = all
    .slice(0, SHOWN_DAMAGED)
    .map((d) => [d.view, d.key, count(d.rows), d.mended ? "made again from their copies" : "left: no copy is whole"]);
  const more = all.length - rows.length;
  return `\n${table(columns, rows, style)}${more > 0 ? `${count(more)} more; \`--json\` has all\n` : ""}`;
}
