import { count } from "../numbers.js";
import { escaped } from "./html.js";

export interface Part {
  readonly name: string;
  readonly value: number;
  /** A CSS class that gives its color. */
  readonly color: string;
}

export interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
}

const WIDTH = 1030;
const LABEL = 340;
const NUMBER = 90;
const ROW = 26;
const BAR = 16;
/** A part that is there is seen, however small. */
const LEAST = 2;

/** Horizontal bars, each cut into parts, all to one scale, as an SVG image. */
export function barChart(
  title: string,
  bars: readonly Bar[],
  text: (bar: Bar) => string = (b) => count(total(b)),
): string {
  const most = Math.max(1, ...bars.map(total));
  const room = WIDTH - LABEL - NUMBER;
  const rows = bars.map((bar, i) => {
    const y = i * ROW;
    let x = LABEL;
    const parts = bar.parts.map(({ name, value, color }) => {
      if (value === 0) return "";
      const width = Math.max(LEAST, (value / most) * room);
      const rect = `<rect class="${color}" x="${fixed(x)}" y="${y + 4}" width="${fixed(width)}" height="${BAR}"><title>${escaped(`${bar.label}: ${name} ${count(value)}`)}</title></rect>`;
      x += width;
      return rect;
    });
    return `<text class="label" x="${LABEL - 10}" y="${y + 17}" text-anchor="end">${escaped(clipped(bar.label))}</text>${parts.join("")}<text class="value" x="${fixed(x + 8)}" y="${y + 17}">${escaped(text(bar))}</text>`;
  });
  const height = Math.max(1, bars.length) * ROW;
  return `<svg role="img" aria-label="${escaped(title)}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${rows.join("")}</svg>`;
}

/** What each color of a chart's parts means. */
export function legend(bars: readonly Bar[]): string {
  const names = new Map(bars.flatMap((b) => b.parts.filter((p) => p.value > 0)).map((p) => [p.name, p.color]));
  const items = [...names].map(
    ([name, color]) =>
      `<span><svg width="12" height="12" aria-hidden="true"><rect class="${color}" width="12" height="12"/></svg> ${escaped(name)}</span>`,
  );
  return `<p class="legend">${items.join(" ")}</p>`;
}

export const total = ({ parts }: Bar): number => parts.reduce((n, p) => n + p.value, 0);

const fixed = (n: number): string => String(Math.round(n * 10) / 10);
const MOST_LABEL = 46;
const clipped = (text: string): string => (text.length > MOST_LABEL ? `${text.slice(0, MOST_LABEL - 1)}…` : text);
