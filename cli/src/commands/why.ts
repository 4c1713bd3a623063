import { type Instant, instant } from "@lockstep/core";
import type { Why } from "lockstep";
import type { Command } from "../command.js";
import { FAILED, OK, WRONG } from "../exit-codes.js";
import { rowOfPairs } from "../request-row.js";
import { usage } from "../usage-error.js";
import { wholeNumber } from "../whole-number.js";
import { renderWhy } from "../why/render.js";

interface WhyArgs {
  readonly "view.feature": string;
  readonly "key=value": readonly string[];
  readonly at?: Instant;
  readonly rows?: number;
}

export const why: Command<WhyArgs, Why> = {
  name: "why",
  summary: "explain one value: which rows make it, and which don't, and why",
  description:
    "Shows the rows of a key that count for a feature at an instant, those that don't and why not, and the value on both sides. Exit code 2 where the online store does not have the value that it should.",
  examples: [
    "fs why origin_delays.mean_delay_3h origin=ORD",
    "fs why route_history.last_delay origin=ORD destination=SFO --at 2001-06-15T20:30:00Z --rows 100",
  ],
  declare: (parser) =>
    parser
      .argument("<view.feature>", "a feature of a view that is served")
      .argument("[key=value...]", "each part of the entity's key")
      .option(
        "--at <instant>",
        "the instant to ask about, in ISO 8601 (default: now, or T where it is later)",
        (text) => instant(text),
      )
      .option("--rows <n>", "how many rows to show, at most (default: 40)", wholeNumber("--rows", 1)),
  run: async (args, context) => {
    const store = await context.store();
    const name = args["view.feature"];
    const { repo } = await store.served();
    const view = repo.views.find((v) => v.name === name.split(".")[0]);
    const keys = (view?.keys ?? []).map(({ key, type }) => ({ name: key, type, role: "key" as const }));
    if (!name.includes("."))
      throw usage(`'${name}' is not of the form view.feature`, "write origin_delays.mean_delay_3h");
    return store.why(name, rowOfPairs(args["key=value"], keys), {
      ...(args.at === undefined ? {} : { at: args.at }),
      ...(args.rows === undefined ? {} : { rows: args.rows }),
    });
  },
  render: renderWhy,
  exitCode: ({ verdict, online }) => (verdict.state === "wrong" ? WRONG : online?.error ? FAILED : OK),
};
