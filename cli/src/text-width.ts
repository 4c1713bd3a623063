import { stripVTControlCharacters } from "node:util";

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const segments = new Intl.Segmenter();

const graphemes = (text: string): string[] => Array.from(segments.segment(text), (s) => s.segment);
const graphemeWidth = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1);

/** The cells that a text takes on a terminal. Colors take none. */
export const textWidth = (text: string): number =>
  graphemes(stripVTControlCharacters(text)).reduce((width, g) => width + graphemeWidth(g), 0);

/** At most `width` cells, with an ellipsis where something is left out. A text that is cut loses its colors. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let out = "";
  let used = 1;
  for (const g of graphemes(stripVTControlCharacters(text))) {
    used += graphemeWidth(g);
    if (used > width) break;
    out += g;
  }
  return width < 1 ? "" : `${out}…`;
}

export const padEnd = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - textWidth(text)));
export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - textWidth(text))) + text;
