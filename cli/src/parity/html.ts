/** Text as it stands in HTML and in its attributes. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export interface Cell {
  /** Escaped already. */
  readonly html: string;
  readonly number?: boolean;
}

export const textCell = (text: string): Cell => ({ html: escaped(text) });
export const numberCell = (text: string): Cell => ({ html: escaped(text), number: true });

export function htmlTable(titles: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const row = (tag: "th" | "td", cells: readonly Cell[]) =>
    `<tr>${cells.map((c) => `<${tag}${c.number ? ' class="n"' : ""}>${c.html}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${row("th", titles)}</thead><tbody>${rows.map((r) => row("td", r)).join("")}</tbody></table></div>`;
}
