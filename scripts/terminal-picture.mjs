import { stripVTControlCharacters } from "node:util";

const COLORS = { 31: "#f47067", 32: "#57ab5a", 33: "#daaa3f", 36: "#39c5cf" };
const ESCAPE = String.fromCharCode(27);
const LOOKS = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);
const LOOK = new RegExp(`^${ESCAPE}\\[([0-9;]*)m$`);
const CHARACTER = 7.23;
const LINE = 17;
const EDGE = 16;

/** What a terminal shows, as an SVG picture. */
export function terminalPicture(title, text) {
  const lines = text.replaceAll("\r", "").trimEnd().split("\n");
  const widest = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  const width = Math.ceil(widest * CHARACTER + 2 * EDGE);
  const height = lines.length * LINE + 2 * EDGE;
  const rows = lines.map((line, i) => `<text x="${EDGE}" y="${EDGE + 12 + i * LINE}">${spans(line)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="#cdd9e5">
${rows.join("\n")}
</g></svg>
`;
}

/** A line's runs of one look, each at its own place, so that a font of another width moves nothing. */
function spans(line) {
  const look = { color: null, bold: false, dim: false };
  let column = 0;
  return line
    .split(LOOKS)
    .map((part) => {
      const codes = LOOK.exec(part);
      if (codes) {
        for (const code of codes[1].split(";").map(Number)) apply(look, code);
        return "";
      }
      if (part === "") return "";
      const x = EDGE + column * CHARACTER;
      column += part.length;
      const style = [
        ...(look.color ? [`fill="${look.color}"`] : look.dim ? ['fill="#768390"'] : []),
        ...(look.bold ? ['font-weight="bold"'] : []),
      ];
      return `<tspan x="${x.toFixed(1)}" textLength="${(part.length * CHARACTER).toFixed(1)}" ${style.join(" ")}>${escaped(part)}</tspan>`;
    })
    .join("");
}

function apply(look, code) {
  if (code === 0) Object.assign(look, { color: null, bold: false, dim: false });
  else if (code === 1) look.bold = true;
  else if (code === 2) look.dim = true;
  else if (code === 22) Object.assign(look, { bold: false, dim: false });
  else if (code === 39) look.color = null;
  else if (COLORS[code]) look.color = COLORS[code];
}

// Spaces side by side are one in a picture, unless they are of the kind that no line is broken at.
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00a0");
