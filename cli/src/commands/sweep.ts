import type { Command } from "../command.js";
import { count, counted } from "../numbers.js";
import type { Swept } from "../store-types.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { instantText } from "../value-text.js";
import { wholeNumber } from "../whole-number.js";

interface SweepArgs {
  readonly grace?: number;
}

export const sweep: Command<SweepArgs, readonly Swept[]> = {
  name: "sweep",
  summary: "remove what no version needs from the online store",
  description:
    "Removes the generations of views that no version needs any more which is served, or will be. Each run of `fs materialize` does it too.",
  examples: ["fs sweep", "fs sweep --grace 0"],
  declare: (parser) =>
    parser.option("--grace <seconds>", "only those not served for as long (default: 600)", wholeNumber("--grace", 0)),
  run: async ({ grace }, context) => (await context.store()).sweep(grace === undefined ? {} : { graceSeconds: grace }),
  render: (swept, style) => renderSwept(swept, style),
};

function renderSwept(swept: readonly Swept[], style: Style): string {
  const kept = swept.flatMap(whyKept);
  const removed = swept.filter((s) => whyKept(s).length === 0);
  const columns = [{ title: "generation" }, { title: "states removed", align: "right" as const }];
  const rows = removed.map((s) => [String(s.generation), count(s.keys)]);
  const done = `${table(columns, rows, style)}\n${counted(removed.length, "generation")} removed\n`;
  return (removed.length > 0 ? done : "Nothing to remove.\n") + kept.join("");
}

function whyKept({ generation, awaitedBy, until, writtenBy }: Swept): string[] {
  const stays = `Generation ${generation} stays: `;
  return [
    ...(writtenBy === undefined
      ? []
      : [`${stays}run ${writtenBy} has not ended, and may still write to it. After a day it counts as killed.\n`]),
    ...(awaitedBy === undefined ? [] : [`${stays}${whyAwaited(awaitedBy, until)}\n`]),
  ];
}

const whyAwaited = (views: readonly string[], until: string | undefined): string =>
  `the first run of ${views.join(", ")} takes over what was pushed to it. Run \`fs materialize ${views.join(" ")}\`${
    until === undefined
      ? ", which names what of that is damaged."
      : `; from ${instantText(until)} on it would find nothing to take over, and the generation goes without it.`
  }`;
