import { resolve } from "node:path";
import { type Duration, durationMicros } from "@lockstep/core";
import type { Command } from "../command.js";
import { EXPLAINED, NOTHING_COMPARED, OK, WRONG } from "../exit-codes.js";
import { type Compared, comparedOf } from "../parity/compared.js";
import { keyOption } from "../parity/key-option.js";
import { metricsOf } from "../parity/metrics.js";
import { pageOf } from "../parity/page.js";
import { renderCompared } from "../parity/render.js";
import { writeWhole } from "../parity/write-whole.js";
import { percent } from "../percent.js";
import { usage } from "../usage-error.js";
import { wholeNumber } from "../whole-number.js";

interface ParityArgs {
  readonly service: readonly string[];
  readonly values?: number;
  readonly seed?: number;
  readonly keys?: "all" | "sample";
  readonly key?: readonly Readonly<Record<string, string>>[];
  /** Seconds. */
  readonly budget?: number;
  readonly rate?: number;
  readonly allow?: number;
  readonly log?: string;
  readonly frame?: string;
  readonly timestamp?: string;
  readonly html?: string;
  readonly prometheus?: string;
  readonly reproduction: string;
}

export const parity: Command<ParityArgs, Compared> = {
  name: "parity",
  summary: "compare what is served with what is trained on",
  description:
    "Asks for the same features of the same keys at the same instants twice, from the online store and from the training query, compares every value and status, and finds the cause of each difference. Exit codes: 0 agrees, 1 more explained differences than are allowed, 2 wrong or corrupt states or unknown causes, 3 nothing was compared.",
  examples: [
    "fs parity",
    "fs parity flight_delay --values 100000 --seed 7",
    "fs parity --keys all --budget 60s --rate 5000 --html parity.html",
    "fs parity --log served --allow 1%",
    "fs parity flight_delay --log served --frame train.parquet --timestamp scheduled",
    "fs parity --key origin=ORD --key origin=ORD,destination=SFO",
  ],
  declare: (parser) =>
    parser
      .argument("[service...]", "feature services (default: all, and all views)")
      .option("--values <n>", "how many values to compare, at least (default: 10000)", wholeNumber("--values", 1))
      .option("--keys <which>", "all: every key; sample: those that lately had events (default: sample)", whichKeys)
      .option("--key <name=value,...>", "only this key, its parts by name; may be repeated", keyOption)
      .option("--seed <n>", "picks the keys and instants (default: 1)", wholeNumber("--seed", 0))
      .option("--budget <duration>", "begin nothing more after this long: 60s", seconds)
      .option("--rate <n>", "read at most so many keys a second from the online store", wholeNumber("--rate", 1))
      .option("--allow <percent>", "how many values may differ for an explained cause: 0.1%", percent("--allow"))
      .option("--log <folder>", "compare what servers logged that they served, in place of asking the online store")
      .option("--frame <file>", "with --log: compare it with this training frame, in place of recomputing it")
      .option("--timestamp <column>", "with --frame: its labels' column of instants (default: timestamp)")
      .option("--html <file>", "write the report as a page with charts")
      .option("--prometheus <file>", "write the figures as Prometheus metrics")
      .option(
        "--reproduction <file>",
        "where differences that nothing explains are written with all that it takes to look at them",
        "parity-differences.ndjson",
      ),
  run: async (args, { store, progress, cwd }) => {
    const { service, key, keys, html, prometheus, reproduction } = args;
    if (key && keys) throw usage("both --keys and --key are given", "choose one");
    const chosen = key ?? keys;
    if (args.frame !== undefined && args.log === undefined)
      throw usage("--frame is given without --log", "say where the serving log is");
    if (args.log !== undefined && (chosen !== undefined || args.values !== undefined))
      throw usage("--log is given with --keys, --key or --values", "leave them out: the whole log is compared");
    const services = service.length > 0 ? { services: service } : {};
    const onProgress = (done: number, total: number) => progress.show("comparing", { done, total, unit: "values" });
    const report =
      args.log === undefined
        ? await (await store()).parity({
            ...services,
            ...(chosen === undefined ? {} : { keys: chosen }),
            ...given(args, ["values", "seed", "budget", "rate", "allow"]),
            onProgress,
          })
        : await (await store()).parityLog({
            folder: resolve(cwd, args.log),
            ...services,
            ...(args.frame === undefined
              ? {}
              : { frame: { path: resolve(cwd, args.frame), timestamp: args.timestamp ?? "timestamp" } }),
            ...given(args, ["budget", "rate", "allow"]),
            onProgress,
          });
    const lines = report.reproduction.map((line) => `${JSON.stringify(line)}\n`).join("");
    if (lines !== "") await writeWhole(resolve(cwd, reproduction), lines);
    const compared = comparedOf(report, lines === "" ? null : reproduction);
    if (html !== undefined) await writeWhole(resolve(cwd, html), pageOf(compared));
    if (prometheus !== undefined) await writeWhole(resolve(cwd, prometheus), metricsOf(compared, Date.now() / 1000));
    return compared;
  },
  render: renderCompared,
  exitCode: ({ verdict }) => EXIT[verdict],
};

const EXIT: { readonly [V in Compared["verdict"]]: number } = {
  agrees: OK,
  explained: EXPLAINED,
  wrong: WRONG,
  nothing: NOTHING_COMPARED,
};

function whichKeys(text: string): "all" | "sample" {
  if (text === "all" || text === "sample") return text;
  throw usage(`'${text}' is no value for --keys`, "give all or sample, or one key with --key name=value");
}

const seconds = (text: string): number => durationMicros(text as Duration, "--budget") / 1e6;

/** Only the options that are set. */
const given = <K extends keyof ParityArgs>(
  args: ParityArgs,
  names: readonly K[],
): { [N in K]?: NonNullable<ParityArgs[N]> } =>
  Object.fromEntries(names.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]]))) as never;
