import { resolve } from "node:path";
import type { Command } from "../command.js";
import { facts } from "../facts.js";
import { count, took } from "../numbers.js";
import { checkOutFile } from "../out-file.js";
import { type Preview, preview, renderPreview } from "../preview.js";
import { printable } from "../printable.js";
import type { Style } from "../style.js";

interface TrainArgs {
  readonly service: string;
  readonly labels: string;
  readonly timestamp: string;
  readonly out: string;
  readonly statuses?: boolean;
  readonly force?: boolean;
}

interface Trained {
  readonly service: string;
  readonly out: string;
  readonly rows: number;
  readonly columns: number;
  /** How long each step took. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly preview: Preview;
}

const STEPS: Readonly<Record<string, string>> = {
  labels: "reading labels",
  plan: "looking at the sources",
  query: "computing features",
  onDemand: "running on-demand features",
  write: "writing",
};

export const train: Command<TrainArgs, Trained> = {
  name: "train",
  summary: "write a point-in-time-correct training frame",
  description:
    "Computes a service's features for each row of the labels, as of the row's own instant, and writes them beside the labels' columns as one Parquet file: the same rows in the same order.",
  examples: ["fs train flight_delay --labels labels.parquet --timestamp scheduled --out train.parquet"],
  declare: (parser) =>
    parser
      .argument("<service>", "a feature service")
      .requiredOption("--labels <file>", "the rows to fetch features for: Parquet, CSV or JSON")
      .requiredOption("--timestamp <column>", "the labels' column with the instant that each row is asked at")
      .requiredOption("--out <file>", "the Parquet file to write")
      .option("--statuses", "add a column with the status of each feature of a view")
      .option("--force", "replace the file where there is one"),
  run: async ({ service, timestamp, statuses = false, ...args }, context) => {
    const out = resolve(context.cwd, args.out);
    checkOutFile(out, args.force ?? false);
    const show = (step: string) => context.progress.show(`${service}: ${STEPS[step] ?? step}`);
    const store = await context.store();
    const labels = resolve(context.cwd, args.labels);
    const frame = await store.trainingFrame(service, { labels, timestamp, statuses, onStep: show });
    try {
      show("write");
      const started = context.io.clock();
      await frame.writeParquet(out);
      const milliseconds = { ...frame.times, write: context.io.clock() - started };
      return {
        service,
        out,
        rows: frame.rowCount,
        columns: frame.columns.length,
        seconds: Object.fromEntries(Object.entries(milliseconds).map(([step, ms]) => [step, ms / 1000])),
        preview: await preview(frame, 5),
      };
    } finally {
      await frame.close();
    }
  },
  render: renderTrained,
};

function renderTrained({ out, rows, columns, seconds, preview }: Trained, style: Style): string {
  const total = Object.values(seconds).reduce((sum, s) => sum + s, 0);
  const steps = Object.entries(seconds).map(([step, s]) => `${step === "onDemand" ? "on-demand" : step} ${took(s)}`);
  const summary = [
    ["file", printable(out)],
    ["rows", count(rows)],
    ["columns", count(columns)],
    ["time", took(total)],
    ["", steps.join(", ")],
  ] as const;
  return facts(summary, style) + (rows === 0 ? "" : `\n${renderPreview(preview, style)}`);
}
