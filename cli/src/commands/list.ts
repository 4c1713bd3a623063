import { Argument, InvalidArgumentError } from "commander";
import type { Command } from "../command.js";
import { type Declared, LIST_KINDS, LISTS, type ListKind } from "../declared.js";
import { oneLine, printable } from "../printable.js";
import type { Style } from "../style.js";
import { table } from "../table.js";

export const list: Command<{ readonly kind?: ListKind }, readonly Declared[]> = {
  name: "list",
  summary: "list what is declared",
  description: "Lists the declarations of the working copy: all of them, or those of one kind.",
  examples: ["fs list", "fs list views"],
  declare: (parser) => parser.addArgument(new Argument("[kind]", "what to list").argParser(listKind)),
  run: async ({ kind }, context) => {
    const repo = await (await context.store()).local();
    return (kind === undefined ? LIST_KINDS : [kind]).flatMap((k) => LISTS[k](repo));
  },
  render: renderList,
};

/** `views`, and also `view`, as the table's first column says it. */
function listKind(word: string): ListKind {
  const kind = LIST_KINDS.find((k) => k === word || k === `${word}s` || k === word.replace(/y$/, "ies"));
  if (kind) return kind;
  throw new InvalidArgumentError(`Allowed choices are ${LIST_KINDS.join(", ")}.`);
}

const COLUMNS = [
  { title: "kind" },
  { title: "name" },
  { title: "what", shrinks: true },
  { title: "description", shrinks: true },
];

function renderList(all: readonly Declared[], style: Style): string {
  if (all.length === 0) return "Nothing of the kind is declared.\n";
  const rows = all.map((d) => [shortKind(d), d.name, printable(d.what), oneLine(d.description ?? "")]);
  return table(COLUMNS, rows, style);
}

/** `view` for a feature view: by the word that `fs list` takes. */
const shortKind = ({ kind }: Declared): string => kind.replace(/ ?feature ?/, "");
