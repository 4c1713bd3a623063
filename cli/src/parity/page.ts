import { groupBy } from "../group-by.js";
import { count, counted, took } from "../numbers.js";
import { percentText } from "../percent.js";
import { instantText } from "../value-text.js";
import { causesText, isExplained } from "./cause-texts.js";
import { type Bar, barChart, legend } from "./charts.js";
import type { Compared } from "./compared.js";
import { exemplary } from "./exemplary.js";
import { type Cell, escaped, htmlTable, numberCell, textCell } from "./html.js";
import { STYLE_SHEET } from "./style-sheet.js";

/** The report as one HTML page that needs nothing else: no script, no network. */
export function pageOf(report: Compared): string {
  const { project, version, watermark, now } = report;
  const about = `version ${version}, T ${watermark === null ? "none" : instantText(watermark)}, now ${instantText(now)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parity of ${escaped(project)}</title><style>${STYLE_SHEET}</style></head><body>
<h1>Parity of ${escaped(project)}</h1>
<p class="soft">What is served beside what is trained on: ${escaped(about)}</p>
<p class="verdict ${report.verdict}">${escaped(verdictText(report))}</p>
${tiles(report)}${views(report)}${differing(report)}${examples(report)}${compared(report)}${occasions(report)}${features(report)}
</body></html>
`;
}

function verdictText({ verdict, differ, compared, allow, causes }: Compared): string {
  if (verdict === "nothing") return "Nothing was compared";
  if (differ === 0) return verdict === "wrong" ? "The store lost a run" : "Both sides agree on every value";
  const part = `${count(differ)} of ${count(compared)} values differ (${percentText(differ / compared)}): ${causesText(causes)}`;
  return verdict === "wrong" ? part : `${part}; ${percentText(allow)} may differ`;
}

function tiles({ compared, differ, telling, keys, instants, seconds }: Compared): string {
  const list: [string, string][] = [
    [count(compared), "values compared"],
    [count(differ), "differ"],
    [compared === 0 ? "-" : percentText(telling / compared), "PRESENT, not zero"],
    [count(keys), "keys"],
    [count(instants), "instants"],
    [took(seconds), "took"],
  ];
  return `<ul class="tiles">${list.map(([n, what]) => `<li><b>${escaped(n)}</b><span>${escaped(what)}</span></li>`).join("")}</ul>`;
}

const section = (title: string, body: string): string => `<h2>${escaped(title)}</h2>${body}\n`;

function views({ views, coverage }: Compared): string {
  const says = {
    agrees: "as the registry says",
    lost: "behind the registry: the store, or a shard of it, lost a run",
    ahead: "of a run whose end the registry doesn't know",
    none: "never materialized",
  };
  const rows = views.map((v): Cell[] => {
    const covered = coverage.find((c) => c.view === v.view);
    return [
      textCell(v.view),
      numberCell(String(v.generation)),
      textCell(v.watermark === null ? "" : instantText(v.watermark)),
      numberCell(v.run === null ? "" : String(v.run)),
      {
        html: `<span class="${v.state === "agrees" ? "agrees" : v.state === "lost" ? "wrong" : "explained"}">${says[v.state]}</span>`,
      },
      numberCell(covered ? percentText(covered.compared / Math.max(1, covered.wanted)) : ""),
    ];
  });
  const titles = [
    textCell("view"),
    numberCell("generation"),
    textCell("T"),
    numberCell("run"),
    textCell("the store is"),
    numberCell("covered"),
  ];
  return section("What the store holds", htmlTable(titles, rows));
}

const nameOf = ({ service, view, feature }: Compared["features"][number]): string =>
  `${service === undefined ? "" : `${service}: `}${view}.${feature}`;

const COLORS: Readonly<Record<string, string>> = {
  corrupt: "c-deep",
  "wrong state": "c-bad",
  unknown: "c-rest",
  "lossy type": "c-warn",
  forgotten: "c-okay",
  stale: "c-stale",
  late: "c-late",
  rewritten: "c-past",
  "pushed only": "c-pushed",
  redefined: "c-def",
  clock: "c-clock",
};

function differing({ features }: Compared): string {
  const bars = features
    .filter((f) => f.differ > 0)
    .sort((a, b) => b.differ - a.differ)
    .map(
      (f): Bar => ({
        label: nameOf(f),
        parts: Object.entries(f.causes).map(([name, value]) => ({ name, value, color: COLORS[name] ?? "c-rest" })),
      }),
    );
  return bars.length === 0
    ? ""
    : section("Differences by cause", legend(bars) + barChart("Differences by feature and cause", bars));
}

function examples({ differences }: Compared): string {
  if (differences.length === 0) return "";
  const side = ({ value, status, error }: Compared["differences"][number]["offline"]) =>
    escaped(error ?? `${typeof value === "string" ? value : JSON.stringify(value)}  ${status}`);
  const items = exemplary(differences, 60).map((d) => {
    const key = Object.entries(d.key)
      .map(([k, v]) => `${k}=${typeof v === "string" ? v : JSON.stringify(v)}`)
      .join(" ");
    const why = `fs why ${d.view}.${d.feature} ${key} --at ${instantText(d.at)}`;
    return `<article class="${isExplained(d.cause) ? "explained" : ""}"><h3>${escaped(nameOf(d as never))}: ${escaped(d.cause)}</h3>
<p>${escaped(d.evidence)}</p>
<p><code>${escaped(key)}</code> at <code>${escaped(instantText(d.at))}</code></p>
<p>offline <code>${side(d.offline)}</code><br>online <code>${side(d.online)}</code></p>
${d.service === undefined ? `<p class="soft"><code>${escaped(why)}</code></p>` : ""}</article>`;
  });
  return section("Examples", items.join("\n"));
}

function compared({ features }: Compared): string {
  const groups = groupBy(features, (f) => (f.service === undefined ? f.view : `${f.service} (service)`));
  const bars = [...groups].map(([label, rows]): Bar => {
    const sum = (of: (row: Compared["features"][number]) => number) => rows.reduce((n, row) => n + of(row), 0);
    return {
      label,
      parts: [
        { name: "equal, PRESENT and not zero", value: sum((r) => r.telling), color: "c-ok" },
        { name: "equal, null or zero", value: sum((r) => r.equal - r.telling), color: "c-okay" },
        { name: "differ", value: sum((r) => r.differ), color: "c-bad" },
      ],
    };
  });
  return bars.length === 0 ? "" : section("What was compared", legend(bars) + barChart("Values compared", bars));
}

function occasions({ coverage }: Compared): string {
  const totals = new Map<string, number>();
  for (const c of coverage)
    for (const [name, n] of Object.entries(c.occasions)) totals.set(name, (totals.get(name) ?? 0) + n);
  const bars = [...totals]
    .sort((a, b) => b[1] - a[1])
    .map(([label, value]): Bar => ({ label, parts: [{ name: "rows", value, color: "c-ok" }] }));
  const note = `<p class="soft">Rows asked for, by what made their instant worth asking: an edge of a window, the end of a ttl, a tie, each a microsecond to either side too.</p>`;
  return bars.length === 0 ? "" : section("When it was asked", note + barChart("Rows by occasion", bars));
}

function features({ features }: Compared): string {
  const titles = [
    textCell("feature"),
    ...["compared", "equal", "differ"].map(numberCell),
    textCell("cause"),
    numberCell("largest difference"),
    numberCell("PRESENT, not zero"),
  ];
  const rows = features.map((f): Cell[] => [
    textCell(nameOf(f)),
    numberCell(count(f.compared)),
    numberCell(count(f.equal)),
    f.differ > 0 ? { html: `<b class="wrong">${count(f.differ)}</b>`, number: true } : numberCell("0"),
    textCell(causesText(f.causes)),
    numberCell(f.largest === null ? "" : String(Number(f.largest.toPrecision(6)))),
    numberCell(f.compared === 0 ? "" : percentText(f.telling / f.compared)),
  ]);
  return rows.length === 0 ? "" : section(`Every feature (${counted(rows.length, "column")})`, htmlTable(titles, rows));
}
