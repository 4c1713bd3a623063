// Draws docs/pictures/serving.svg from what the benchmark found:
//   npm run bench -- serve --only growth --json > figures.jsonl
//   node scripts/serving-picture.mjs figures.jsonl
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const picture = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "pictures", "serving.svg");
// All of them can be read on white and on black.
const [GREY, BLUE, ORANGE] = ["#767e88", "#2f81d7", "#d2691e"];
const [WIDTH, HEIGHT] = [940, 300];
const PANEL = { width: 250, height: 170, top: 70 };
const NAME = /^growth, (one|[\d,]+) entit(?:y|ies), (\d) views?, (\d) workers?$/;

const figures = readFileSync(process.argv[2] ?? 0, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .flatMap(({ case: name, ours }) => {
    const [, batch, views, workers] = NAME.exec(name) ?? [];
    if (batch === undefined) return [];
    const entities = batch === "one" ? 1 : Number(batch.replaceAll(",", ""));
    return [{ entities, views: Number(views), workers: Number(workers), answered: ours }];
  });

const whole = Math.max(...figures.map(({ views }) => views));
const batches = (workers) => figures.filter((f) => f.workers === workers && f.views === whole).sort(by("entities"));
const views = (entities) => figures.filter((f) => f.workers === 1 && f.entities === entities).sort(by("views"));
const entitiesOf = ({ entities, answered }) => ({ x: entities.toLocaleString("en-US"), y: answered });
const requestsOf = ({ entities, views, answered }) => ({ x: String(views), y: answered / entities });

const panels = [
  {
    title: "Entities a second",
    below: "entities a request, five views",
    lines: [
      { name: "1 worker", color: BLUE, points: batches(1).map(entitiesOf) },
      { name: "2 workers", color: ORANGE, points: batches(2).map(entitiesOf) },
    ],
  },
  {
    title: "Requests a second, of one entity",
    below: "views of ten features, 1 worker",
    lines: [{ name: "", color: BLUE, points: views(1).map(requestsOf) }],
  },
  {
    title: "Requests a second, of 100 entities",
    below: "views of ten features, 1 worker",
    lines: [{ name: "", color: BLUE, points: views(100).map(requestsOf) }],
  },
];

if (panels.some(({ lines }) => lines.some(({ points }) => points.length === 0)))
  throw new Error("there are no figures of growth: npm run bench -- serve --only growth --json");

writeFileSync(
  picture,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<title>How a server's throughput grows with entities a request, workers and views</title>
<g font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${GREY}">
${panels.map((panel, i) => drawn(panel, 45 + i * (PANEL.width + 55))).join("\n")}
</g></svg>
`,
);

function drawn({ title, below, lines }, left) {
  const most = Math.max(...lines.flatMap(({ points }) => points.map(({ y }) => y))) * 1.1;
  const bottom = PANEL.top + PANEL.height;
  const first = lines[0].points;
  const xOf = (i) => left + 28 + (i * (PANEL.width - 50)) / (first.length - 1);
  const yOf = (y) => bottom - (y / most) * PANEL.height;
  const others = (line, i) => lines.filter((l) => l !== line).map(({ points }) => points[i].y);
  return [
    `<text x="${left}" y="24" font-size="14" font-weight="bold">${title}</text>`,
    ...lines.filter(({ name }) => name).map(({ name, color }, i) => text(left + i * 80, 44, name, color, "start")),
    `<path d="M${left} ${PANEL.top}V${bottom}H${left + PANEL.width}" fill="none" stroke="${GREY}" stroke-width="1"/>`,
    ...first.map(({ x }, i) => text(xOf(i), bottom + 18, x)),
    text(left + PANEL.width / 2, bottom + 40, below),
    ...lines.flatMap((line) => [
      `<path d="M${line.points.map(({ y }, i) => `${xOf(i).toFixed(1)} ${yOf(y).toFixed(1)}`).join("L")}" fill="none" stroke="${line.color}" stroke-width="2"/>`,
      ...line.points.flatMap(({ y }, i) => [
        `<circle cx="${xOf(i).toFixed(1)}" cy="${yOf(y).toFixed(1)}" r="3" fill="${line.color}"/>`,
        text(xOf(i), yOf(y) + (others(line, i).some((other) => other > y) ? 17 : -9), amount(y), line.color),
      ]),
    ]),
  ].join("\n");
}

function text(x, y, content, color = GREY, anchor = "middle") {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}

function amount(value) {
  return Math.round(value).toLocaleString("en-US");
}

function by(name) {
  return (a, b) => a[name] - b[name];
}
