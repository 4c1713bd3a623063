import { textWidth } from "./text-width.js";

/** The text in lines of at most `width` cells, broken between words; those after the first begin with `indent`. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  const begins = text.length - text.trimStart().length;
  const [first = "", ...words] = text.slice(begins).split(" ");
  let line = text.slice(0, begins) + first;
  for (const word of words) {
    if (textWidth(`${line} ${word}`) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join("\n");
}
