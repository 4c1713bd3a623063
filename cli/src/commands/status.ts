import type { StoreStatus } from "lockstep";
import type { Command } from "../command.js";
import { type Fact, facts } from "../facts.js";
import { count, span } from "../numbers.js";
import { printable } from "../printable.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { instantText, secondText } from "../value-text.js";

export const status: Command<object, StoreStatus> = {
  name: "status",
  summary: "show what is applied and how fresh the online store is",
  description:
    "Shows the applied version, the online store, and for each view up to when it is materialized (T), how far that lies behind, and its last run.",
  examples: ["fs status", "fs status --json"],
  run: async (_args, context) => (await context.store()).status(),
  render: (status, style) => facts(headFacts(status, style), style) + renderViews(status, style),
};

function headFacts(
  { project, environment, version, served, appliedAt, now, online }: StoreStatus,
  { colors }: Style,
): Fact[] {
  const reachable = online.reachable ? "reachable" : colors.red("not reachable");
  return [
    ["project", project],
    ["environment", environment],
    [
      "version",
      version === null
        ? colors.yellow("none: run `fs apply`")
        : `${version}${appliedAt === null ? "" : `, applied ${secondText(appliedAt)}`}`,
    ],
    ...(served === null || version === null || served === version
      ? []
      : [["served", `${served}, until version ${version} is materialized`] as const]),
    ["now", instantText(now)],
    ["online store", `${online.kind}, ${reachable}`],
    ...online.warnings.map((warning): Fact => [colors.yellow("warning"), printable(warning)]),
  ];
}

/** What is running may have been killed: since when it runs tells. */
function lastRunText({ lastRun, lastRunStarted }: StoreStatus["views"][number], { colors }: Style): string {
  if (lastRun === "failed") return colors.red(lastRun);
  if (lastRun !== "running" || lastRunStarted === null) return lastRun ?? "";
  return colors.yellow(`running since ${secondText(lastRunStarted)}`);
}

const COLUMNS = [
  { title: "view" },
  { title: "T" },
  { title: "lag" },
  { title: "freshness" },
  { title: "stale" },
  { title: "keys", align: "right" as const },
  { title: "last run" },
];

function renderViews({ views }: StoreStatus, style: Style): string {
  if (views.length === 0) return "";
  const { colors } = style;
  const rows = views.map((v) => [
    v.view,
    v.watermark === null ? colors.yellow("never") : secondText(v.watermark),
    v.lagSeconds === null ? "" : span(v.lagSeconds),
    v.freshnessSeconds === null ? "" : span(v.freshnessSeconds),
    v.stale ? colors.red("yes") : "no",
    v.keys === null ? "" : count(v.keys),
    lastRunText(v, style),
  ]);
  return `\n${table(COLUMNS, rows, style)}`;
}
