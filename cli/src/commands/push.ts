import { resolve } from "node:path";
import type { Command } from "../command.js";
import { OK, REFUSED } from "../exit-codes.js";
import { type Fact, facts } from "../facts.js";
import { fileBytes } from "../file-bytes.js";
import { count, rate, took } from "../numbers.js";
import type { PushReport } from "../store-types.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { usage } from "../usage-error.js";

interface PushArgs {
  readonly source: string;
  readonly file?: string;
  readonly format?: string;
  readonly deadLetter?: string;
}

type Format = "ndjson" | "arrow";

interface Pushed extends PushReport {
  readonly source: string;
}

export const push: Command<PushArgs, Pushed> = {
  name: "push",
  summary: "put rows of a source into the online store, to be read at once",
  description:
    "Puts rows into every view over a source that is declared with push: true. They count from their knownAt on, until a run's T reaches it: from then on the source speaks of them. The same row twice is once, so a push that broke off is sent again. Rows that are no rows of the source are set aside with the reason, and the exit code is 4. A row known at or before T is LATE: it changes nothing.",
  examples: ["fs push orders new-orders.ndjson", "tail -f orders.log | fs push orders --dead-letter bad.ndjson"],
  declare: (parser) =>
    parser
      .argument("<source>", "a source of the applied version")
      .argument("[file]", "the rows; - or none: standard input")
      .option("--format <format>", "ndjson or arrow (default: by the file's ending, else ndjson)")
      .option("--dead-letter <file>", "where refused rows go (default: SOURCE-refused.ndjson)"),
  run: async ({ source, file, format, deadLetter }, { io, store, cwd, progress }) => {
    const path = file === undefined || file === "-" ? null : resolve(cwd, file);
    const report = await (await store()).pushInput(source, {
      bytes: path === null ? io.stdin : fileBytes(path),
      format: formatOf(format, path),
      deadLetter: resolve(cwd, deadLetter ?? `${source}-refused.ndjson`),
      onProgress: ({ rows, rowsPerSecond }) =>
        progress.show(`pushing to ${source}`, { done: rows, total: null, unit: "rows", perSecond: rowsPerSecond }),
    });
    return { source, ...report };
  },
  render: (report, style) => facts(factsOf(report), style) + renderRefused(report, style),
  exitCode: ({ rejected }) => (rejected > 0 ? REFUSED : OK),
};

function formatOf(given: string | undefined, path: string | null): Format {
  if (given === "ndjson" || given === "arrow") return given;
  if (given !== undefined) throw usage(`--format is '${given}'`, "give ndjson or arrow");
  return path !== null && /\.(arrow|arrows|feather|ipc)$/i.test(path) ? "arrow" : "ndjson";
}

const factsOf = ({ source, rows, accepted, duplicate, late, rejected, deadLetter, seconds }: Pushed): Fact[] => [
  ["source", source],
  ["rows", `${count(rows)} in ${took(seconds)} (${rate(rows / Math.max(seconds, 1e-9))})`],
  ["accepted", count(accepted)],
  ["duplicate", count(duplicate)],
  ["late", count(late)],
  ["refused", deadLetter === null ? count(rejected) : `${count(rejected)}, set aside in ${deadLetter}`],
];

function renderRefused({ rejections, rejected }: Pushed, style: Style): string {
  if (rejections.length === 0) return "";
  const columns = [{ title: "row", align: "right" as const }, { title: "code" }, { title: "reason" }];
  const rows = rejections.map((r) => [count(r.row), r.code, r.reason]);
  const more = rejected > rejections.length ? `... and ${count(rejected - rejections.length)} more\n` : "";
  return `\n${table(columns, rows, style)}${more}`;
}
