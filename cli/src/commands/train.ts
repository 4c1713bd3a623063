import { resolve } from "node:path";
import type { Command } from "../command.js";
import { facts } from "../facts.js";
import { count, took } from "../numbers.js";
import { checkOut } from "../out-file.js";
import { type Preview, preview, renderPreview } from "../preview.js";
import { printable } from "../printable.js";
import { renderExplanation } from "../render-explanation.js";
import type { FrameExplanation } from "../store-types.js";
import type { Style } from "../style.js";

interface TrainArgs {
  readonly service: string;
  readonly labels: string;
  readonly timestamp: string;
  readonly out: string;
  readonly partitionBy?: string;
  readonly explain?: boolean;
  readonly statuses?: boolean;
  readonly local?: boolean;
  readonly force?: boolean;
}

interface Trained {
  readonly service: string;
  /** The applied version whose definitions were used; null: the working copy. */
  readonly version: number | null;
  readonly out: string;
  readonly rows: number;
  readonly columns: number;
  /** How long each step took. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly preview: Preview;
  readonly explanation?: FrameExplanation;
}

const STEPS: Readonly<Record<string, string>> = {
  labels: "reading labels",
  plan: "looking at the sources",
  query: "computing features",
  onDemand: "running on-demand features",
  write: "writing",
  explain: "counting what each step read",
};

export const train: Command<TrainArgs, Trained> = {
  name: "train",
  summary: "write a point-in-time-correct training frame",
  description:
    "Computes a service's features for each row of the labels, as of the row's own instant, and writes them beside the labels' columns as one Parquet file: the same rows in the same order. The definitions are those of the applied version; before the first apply, or with --local, those of the working copy.",
  examples: [
    "fs train flight_delay --labels labels.parquet --timestamp scheduled --out train.parquet",
    "fs train flight_delay --labels labels.parquet --timestamp scheduled --out train --partition-by origin",
  ],
  declare: (parser) =>
    parser
      .argument("<service>", "a feature service")
      .requiredOption("--labels <file>", "the rows to fetch features for: Parquet, CSV, JSON or Arrow")
      .requiredOption("--timestamp <column>", "the labels' column with the instant that each row is asked at")
      .requiredOption("--out <file>", "the Parquet file to write")
      .option("--partition-by <columns>", "write a folder of Parquet files, parted by these columns: a,b")
      .option("--explain", "count how many rows each step read and kept")
      .option("--local", "use the working copy, whatever is applied")
      .option("--statuses", "add a column with the status of each feature of a view")
      .option("--force", "replace the file where there is one"),
  run: async ({ service, timestamp, statuses = false, local = false, explain = false, ...args }, context) => {
    const out = resolve(context.cwd, args.out);
    const partitionBy = args.partitionBy?.split(",").map((name) => name.trim()) ?? [];
    checkOut(out, { force: args.force ?? false, folder: partitionBy.length > 0 });
    const show = (step: string) => context.progress.show(`${service}: ${STEPS[step] ?? step}`);
    const store = await context.store();
    const labels = resolve(context.cwd, args.labels);
    const { version } = await store.definitions({ local });
    const frame = await store.trainingFrame(service, { labels, timestamp, statuses, local, onStep: show });
    try {
      show("write");
      const started = context.io.clock();
      await frame.writeParquet(out, { partitionBy, replace: args.force ?? false });
      const milliseconds = { ...frame.times, write: context.io.clock() - started };
      if (explain) show("explain");
      return {
        service,
        version,
        out,
        rows: frame.rowCount,
        columns: frame.columns.length,
        seconds: Object.fromEntries(Object.entries(milliseconds).map(([step, ms]) => [step, ms / 1000])),
        preview: await preview(frame, 5),
        ...(explain ? { explanation: await frame.explain() } : {}),
      };
    } finally {
      await frame.close();
    }
  },
  render: renderTrained,
};

function renderTrained({ version, out, rows, columns, seconds, preview, explanation }: Trained, style: Style): string {
  const total = Object.values(seconds).reduce((sum, s) => sum + s, 0);
  const steps = Object.entries(seconds).map(([step, s]) => `${step === "onDemand" ? "on-demand" : step} ${took(s)}`);
  const summary = [
    [/\.parquet$/i.test(out) ? "file" : "folder", printable(out)],
    ["definitions", version === null ? "the working copy" : `version ${version}, as applied`],
    ["rows", count(rows)],
    ["columns", count(columns)],
    ["time", took(total)],
    ["", steps.join(", ")],
  ] as const;
  return [
    facts(summary, style),
    rows === 0 ? "" : `\n${renderPreview(preview, style)}`,
    explanation ? `\n${renderExplanation(explanation, style)}` : "",
  ].join("");
}
