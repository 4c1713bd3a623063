import type { Description } from "lockstep";
import type { Command } from "../command.js";
import { facts } from "../facts.js";
import { oneLine, printable } from "../printable.js";
import type { Style } from "../style.js";
import { table } from "../table.js";

export const describe: Command<{ readonly name: string }, Description> = {
  name: "describe",
  summary: "show one declaration",
  description:
    "Shows a declaration of the working copy: what it is made of, and for a service what it asks for and answers.",
  examples: ["fs describe origin_delays", "fs describe flight_delay --json"],
  declare: (parser) => parser.argument("<name>", "an entity, source, feature view, on-demand feature or service"),
  run: async ({ name }, context) => (await context.store()).describe(name),
  render: renderDescription,
};

function renderDescription({ kind, name, description, owner, facts: own, tables }: Description, style: Style): string {
  const { colors } = style;
  const all = [...(owner === null ? [] : [["owner", owner] as const]), ...own];
  const sections = tables
    .filter((t) => t.rows.length > 0)
    .map(({ title, columns, rows }) => {
      const titles = columns.map((c, i) => ({ title: c, shrinks: i === columns.length - 1 }));
      return `\n${colors.bold(title)}\n${table(
        titles,
        rows.map((row) => row.map(printable)),
        style,
      )}`;
    });
  return [
    `${kind} ${colors.bold(name)}\n`,
    description === null ? "" : `${oneLine(description)}\n`,
    all.length === 0
      ? ""
      : `\n${facts(
          all.map(([label, text]) => [label, printable(text)]),
          style,
        )}`,
    ...sections,
  ].join("");
}
