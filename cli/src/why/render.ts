import { tryInstant } from "@lockstep/core";
import type { Why, WhyRow } from "lockstep";
import { type Fact, facts } from "../facts.js";
import { count, counted, span } from "../numbers.js";
import type { Style } from "../style.js";
import { type Column, table } from "../table.js";
import { instantText, valueText } from "../value-text.js";
import { wrapped } from "../wrapped.js";

/** A value and what makes it, for people: first what it comes to, then the rows in the order of time. */
export function renderWhy(why: Why, style: Style): string {
  const { colors } = style;
  const key = Object.entries(why.key).map(([name, value]) => `${name}=${valueText(value, style)}`);
  const title = [colors.bold(`${why.view}.${why.feature}`), ...key, `at ${instantText(why.at)}`].join("  ");
  const paint = { agrees: colors.green, explained: colors.yellow, wrong: colors.red, unknown: colors.yellow };
  return [
    `${title}\n\n`,
    facts(about(why, style), style),
    `\n${paint[why.verdict.state](wrapped(why.verdict.says, style.width))}\n`,
    rows(why, style),
  ].join("");
}

function about(why: Why, style: Style): Fact[] {
  const { window, watermark, run, generation, offline, expected, online, ttl } = why;
  const value = (side: Why["offline"]) =>
    side.error === undefined ? `${valueText(side.value, style)}  ${side.status}` : style.colors.red(side.error);
  const pushed = why.rows.some((row) => row.from !== "source");
  const store = `T ${watermark === null ? "none" : instantText(watermark)}, generation ${generation}${run === null ? "" : `, run ${run}`}`;
  return [
    ["feature", why.definition],
    ...(window ? ([["window", windowText(window)]] as const) : []),
    ...(ttl === null ? [] : ([["ttl", span(ttl)]] as const)),
    ["store", store],
    ["offline", `${value(offline)}  ${style.colors.dim("of what was known by then")}`],
    ...(expected
      ? ([
          [
            "by T",
            `${value(expected)}  ${style.colors.dim(`of what was known by T${pushed ? ", and was pushed since" : ""}: what is to be online`)}`,
          ],
        ] as const)
      : []),
    ["online", online ? value(online) : style.colors.dim("not known")],
  ];
}

const windowText = ({ from, to, bounds }: NonNullable<Why["window"]>): string =>
  `${from === null ? "the beginning" : `${instantText(from)}${bounds[0] === "[" ? "" : " (out)"}`} to ${instantText(to)}${bounds[1] === "]" ? "" : " (out)"}`;

function rows(why: Why, style: Style): string {
  if (why.total === 0) return "\nThe source has no row of this key.\n";
  const sides = why.rows.some((r) => r.online !== null && r.online !== r.offline);
  const versions = why.rows.some((r) => r.event !== null);
  const columns: Column[] = [
    { title: "" },
    { title: "event time" },
    { title: "known", align: "right" },
    ...(versions
      ? [
          { title: "event", align: "right" as const },
          { title: "version", align: "right" as const },
        ]
      : []),
    ...(why.argument === null ? [] : [{ title: why.argument, align: "right" as const, shrinks: true }]),
    { title: sides ? "offline" : "counts", shrinks: true },
    ...(sides ? [{ title: "online", shrinks: true }] : []),
  ];
  const lines = why.rows.map((row) => [
    mark(row, style),
    row.eventTime === null ? style.colors.dim("none") : instantText(row.eventTime),
    `${knownText(row)}${row.from === "source" ? "" : ", pushed"}`,
    ...(versions ? [row.event === null ? "" : `#${row.event}`, row.version ?? ""] : []),
    ...(why.argument === null ? [] : [valueText(row.value, style)]),
    fateText(row.by, row.offline, style),
    ...(sides ? [row.online === null ? "" : fateText(row.onlineBy, row.online, style)] : []),
  ]);
  const rest = why.total - why.rows.length;
  return `\n${table(columns, lines, style)}${tail(why, rest)}`;
}

/** `+` where it counts, `!` where only on one side. */
function mark({ offline, online }: WhyRow, { colors }: Style): string {
  if (online !== null && (offline === "counts") !== (online === "counts")) return colors.yellow("!");
  return offline === "counts" ? colors.green("+") : colors.dim("-");
}

function tail({ counts, total }: Why, rest: number): string {
  const all = Object.entries(counts.offline)
    .map(([fate, n]) => `${fate} ${count(n)}`)
    .join(", ");
  const left = rest === 0 ? "" : `, ${count(rest)} of them not shown`;
  return `${counted(total, "row")} of this key${left}: ${all}\n`;
}

/** How long after its event a row was known, to the microsecond where that is short. */
function knownText({ eventTime, knownAt }: WhyRow): string {
  if (knownAt === null) return "never";
  if (eventTime === null) return instantText(knownAt);
  const micros = (tryInstant(knownAt) ?? 0n) - (tryInstant(eventTime) ?? 0n);
  if (micros === 0n) return "at once";
  const sign = micros < 0n ? "-" : "+";
  const size = Math.abs(Number(micros));
  return `${sign}${size < 1e6 ? `${size}us` : span(size / 1e6)}`;
}

function fateText(by: WhyRow["by"], fate: WhyRow["offline"], { colors }: Style): string {
  if (fate === "counts") return colors.green("counts");
  return colors.dim(`${fate}${byText(by, fate)}`);
}

/** What took its place. */
function byText(by: WhyRow["by"], fate: WhyRow["offline"]): string {
  if (!by) return "";
  const version = by.version === null ? "" : ` by version ${by.version}`;
  const known = by.knownAt === null ? "" : `, known ${instantText(by.knownAt)}`;
  if (fate === "superseded" || fate === "deleted") return `${version}${known}`;
  if (fate === "moved") return ` to another key${version}${known}`;
  return fate === "an earlier event" && by.eventTime !== null ? `: ${instantText(by.eventTime)} wins` : "";
}
