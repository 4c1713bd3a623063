import { groupBy } from "../group-by.js";
import { count, counted, span, took } from "../numbers.js";
import { percentText } from "../percent.js";
import type { Style } from "../style.js";
import { type Column, type Row, table } from "../table.js";
import { instantText, valueText } from "../value-text.js";
import { wrapped } from "../wrapped.js";
import { causesText, isExplained } from "./cause-texts.js";
import type { Compared } from "./compared.js";
import { exemplary } from "./exemplary.js";

type FeatureRow = Compared["features"][number];
type Difference = Compared["differences"][number];

/** From this width on, the table shows an example of each feature that differs. */
const WIDE = 120;

/** The report for people. */
export function renderCompared(report: Compared, style: Style): string {
  return [features, differences, notes, summary].map((part) => part(report, style)).join("");
}

function features({ features, differ }: Compared, style: Style): string {
  if (features.length === 0) return "";
  const wide = style.width >= WIDE && differ > 0;
  const columns: Column[] = [
    { title: "feature" },
    ...["compared", "equal", "differ"].map((title) => ({ title, align: "right" as const })),
    ...(differ > 0 ? [{ title: "cause", shrinks: true }] : []),
    ...(wide
      ? [{ title: "largest", align: "right" as const }, { title: "example", shrinks: true }, { title: "at" }]
      : []),
  ];
  const rows = [...groupBy(features, groupOf)].flatMap(([group, of]) => [
    [style.colors.bold(group)],
    ...of.map((row) => featureRow(row, style)),
  ]);
  return `${table(columns, rows, style)}\n`;
}

const groupOf = ({ service, view }: FeatureRow): string => (service === undefined ? view : `${service} (service)`);

function featureRow(row: FeatureRow, style: Style): Row {
  const { red, yellow } = style.colors;
  const bad = Object.keys(row.causes).some((cause) => !isExplained(cause));
  const paint = row.differ === 0 ? (text: string) => text : bad ? red : yellow;
  return [
    `  ${row.service === undefined ? row.feature : `${row.view}.${row.feature}`}`,
    count(row.compared),
    count(row.equal),
    paint(count(row.differ)),
    paint(causesText(row.causes)),
    row.largest === null ? "" : String(Number(row.largest.toPrecision(6))),
    row.example ? keyText(row.example, style) : "",
    row.example ? instantText(row.example.at) : "",
  ];
}

const keyText = ({ key }: Difference, style: Style): string =>
  Object.entries(key)
    .map(([name, value]) => `${name}=${valueText(value, style)}`)
    .join(" ");

/** An example of each feature and cause, with what decided the cause and what to type next. */
function differences({ differences, differ }: Compared, style: Style): string {
  if (differences.length === 0) return "";
  const shown = exemplary(differences, MOST);
  const title =
    shown.length < differ ? `${counted(shown.length, "example")} of ${counted(differ, "difference")}` : "Differences";
  return `${title}:\n${shown.map((d) => difference(d, style)).join("")}\n`;
}

const MOST = 6;

function difference(d: Difference, style: Style): string {
  const { bold, red, yellow, dim } = style.colors;
  const side = ({ value, status, error }: Difference["offline"]) =>
    error === undefined ? `${valueText(value, style)}  ${status}` : red(error);
  const name = `${d.service === undefined ? "" : `${d.service}: `}${d.view}.${d.feature}`;
  const why = `fs why ${d.view}.${d.feature} ${keyText(d, { ...style, colors: PLAIN(style) })} --at ${instantText(d.at)}`;
  return [
    `  ${bold(name)}  ${keyText(d, style)}  at ${instantText(d.at)}`,
    `    offline  ${side(d.offline)}`,
    `    online   ${side(d.online)}`,
    wrapped(`    ${(isExplained(d.cause) ? yellow : red)(d.cause)}: ${d.evidence}`, style.width, "      "),
    ...(d.service === undefined ? [`    ${dim(why)}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

const PLAIN = ({ colors }: Style): Style["colors"] => ({ ...colors, dim: String });

/** What the numbers alone don't say. */
function notes({ views, coverage, budget, reproduction, log }: Compared, { colors, width }: Style): string {
  const lines = [
    ...views.flatMap(({ view, state, run, registryRun }) => {
      if (state === "lost")
        return [
          colors.red(
            `${view}: the store is at ${run === null ? "no run" : `run ${run}`}, and the registry says that run ${registryRun} is complete: the store, or a shard of it, lost it`,
          ),
        ];
      if (state === "ahead")
        return [
          colors.yellow(
            `${view}: the store is at run ${run}, whose end the registry doesn't know; it says ${registryRun === null ? "none" : `run ${registryRun}`}`,
          ),
        ];
      return state === "none" ? [colors.yellow(`${view}: never materialized, and not compared`)] : [];
    }),
    ...coverage
      .filter((c) => !c.complete && budget !== null)
      .map((c) =>
        colors.yellow(
          `${c.view ?? c.service}: ${percentText(c.compared / Math.max(1, c.wanted))} of ${counted(c.wanted, "value")} when the budget of ${span(budget ?? 0)} ended`,
        ),
      ),
    ...coverage
      .filter((c) => c.skipped > 0)
      .map((c) => `${c.view ?? c.service}: ${counted(c.skipped, "row")} left out, of a run under way`),
    ...(log ? logNotes(log, colors) : []),
    ...(reproduction === null ? [] : [`What it takes to look at them elsewhere is in ${reproduction}`]),
  ];
  return lines.length === 0 ? "" : `${lines.map((line) => wrapped(line, width, "  ")).join("\n")}\n\n`;
}

function logNotes({ files, answers, ...rest }: NonNullable<Compared["log"]>, { yellow }: Style["colors"]): string[] {
  const told: readonly (readonly [number, string])[] = [
    [rest.dropped, "that the servers could not keep"],
    [rest.damaged, "blocks of the files are torn or damaged, and were passed over"],
    [rest.unknown, "of a version or a service that the registry doesn't know"],
    [rest.unmatched, "rows of them are not in the training frame"],
  ];
  return [
    `${counted(answers, "answer")} in ${counted(files, "file")} of the serving log`,
    ...told.filter(([n]) => n > 0).map(([n, text]) => yellow(`  ${count(n)} ${text}`)),
  ];
}

function summary(report: Compared, { colors, width }: Style): string {
  const { compared, differ, telling, keys, instants, seed, watermark, seconds, verdict, allow, causes } = report;
  if (verdict === "nothing") return `${colors.yellow("0 compared: there is no value to compare")}\n`;
  const says =
    differ === 0
      ? "0 differ"
      : `${count(differ)} differ (${percentText(differ / Math.max(1, compared))}): ${causesText(causes)}`;
  const allowed = differ > 0 && verdict !== "wrong" ? `, and ${percentText(allow)} may differ` : "";
  const paint = { agrees: colors.green, explained: colors.yellow, wrong: colors.red, nothing: colors.yellow }[verdict];
  return [
    `${occasions(report)}`,
    `${count(telling)} of the values are PRESENT and not zero; ${counted(keys, "key")}, ${counted(instants, "instant")}`,
    `T ${watermark === null ? "none" : instantText(watermark)}, ${report.log ? "" : `seed ${seed}, `}${took(seconds)}`,
    paint(`${count(compared)} compared, ${says}${allowed}`),
  ]
    .filter((line) => line !== "")
    .map((line) => `${wrapped(line, width, "  ")}\n`)
    .join("");
}

/** What made the rows worth asking for, over all. */
function occasions({ coverage }: Compared): string {
  const total = new Map<string, number>();
  for (const c of coverage)
    for (const [name, n] of Object.entries(c.occasions)) total.set(name, (total.get(name) ?? 0) + n);
  return total.size === 0 ? "" : `rows asked at: ${[...total].map(([name, n]) => `${name} ${count(n)}`).join(", ")}`;
}
