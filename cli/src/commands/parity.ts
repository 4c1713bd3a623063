import { formatInstant } from "@lockstep/core";
import type { ParityDifference, ParityReport } from "lockstep";
import type { Command } from "../command.js";
import { DIFFERENT, NOTHING_COMPARED, OK } from "../exit-codes.js";
import { count, took } from "../numbers.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { instantText, valueText } from "../value-text.js";
import { wholeNumber } from "../whole-number.js";

interface ParityArgs {
  readonly service: readonly string[];
  readonly values?: number;
  readonly seed?: number;
}

interface Compared extends Omit<ParityReport, "watermark"> {
  /** ISO 8601. */
  readonly watermark: string;
}

export const parity: Command<ParityArgs, Compared> = {
  name: "parity",
  summary: "compare what is served with what is trained on",
  description:
    "Asks for the same features of the same keys at the same instants twice, from the online store and from the training query, and compares every value and status. The exit code is 2 where any differ, and 3 where nothing was compared.",
  examples: ["fs parity", "fs parity flight_delay --values 100000 --seed 7"],
  declare: (parser) =>
    parser
      .argument("[service...]", "feature services (default: all)")
      .option("--values <n>", "how many values to compare, at least (default: 10000)", wholeNumber("--values", 1))
      .option("--seed <n>", "picks the keys and instants (default: 1)", wholeNumber("--seed", 0)),
  run: async ({ service, values, seed }, { store, progress }) => {
    const report = await (await store()).parity({
      ...(service.length > 0 ? { services: service } : {}),
      ...(values === undefined ? {} : { values }),
      ...(seed === undefined ? {} : { seed }),
      onProgress: (done, total) => progress.show("comparing", { done, total, unit: "values" }),
    });
    return { ...report, watermark: formatInstant(report.watermark) };
  },
  render: (report, style) => renderFeatures(report, style) + renderDifferences(report, style) + summary(report, style),
  exitCode: ({ compared, differ }) => (differ > 0 ? DIFFERENT : compared === 0 ? NOTHING_COMPARED : OK),
};

const COLUMNS = [
  { title: "view" },
  { title: "feature" },
  ...["compared", "telling", "differ"].map((title) => ({ title, align: "right" as const })),
];

function renderFeatures({ features }: Compared, style: Style): string {
  if (features.length === 0) return "";
  const differ = (n: number) => (n > 0 ? style.colors.red(count(n)) : count(n));
  const rows = features.map((f) => [f.view, f.feature, count(f.compared), count(f.telling), differ(f.differ)]);
  return `${table(COLUMNS, rows, style)}\n`;
}

function renderDifferences({ differences, differ }: Compared, style: Style): string {
  if (differences.length === 0) return "";
  const title =
    differences.length < differ ? `First ${differences.length} of ${count(differ)} differences` : "Differences";
  return `${title}:\n${differences.map((d) => renderDifference(d, style)).join("")}\n`;
}

function renderDifference({ view, feature, key, at, offline, online }: ParityDifference, style: Style): string {
  const keys = Object.entries(key).map(([name, value]) => `${name}=${valueText(value, style)}`);
  return [
    `  ${view}.${feature}  ${keys.join(" ")}  at ${instantText(at)}`,
    `    offline  ${valueText(offline.value, style)}  ${offline.status}`,
    `    online   ${valueText(online.value, style)}  ${online.status}`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function summary(report: Compared, { colors }: Style): string {
  const { compared, differ, telling, keys, instants, seed, watermark, seconds } = report;
  if (compared === 0) return `${colors.yellow("0 compared: there is no value to compare")}\n`;
  const verdict = `${count(compared)} compared, ${count(differ)} differ`;
  return [
    `${count(telling)} of them telling (PRESENT and not zero); ${count(keys)} keys, ${count(instants)} instants`,
    `T ${instantText(watermark)}, seed ${seed}, ${took(seconds)}`,
    differ > 0 ? colors.red(verdict) : colors.green(verdict),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
