import type { Command } from "../command.js";
import { type Fact, facts } from "../facts.js";
import { counted } from "../numbers.js";
import { rowOfPairs } from "../request-row.js";
import type { Forgotten } from "../store-types.js";
import { secondText } from "../value-text.js";

interface ForgetArgs {
  readonly entity: string;
  readonly "key=value": readonly string[];
}

export const forget: Command<ForgetArgs, Forgotten> = {
  name: "forget",
  summary: "remove an entity's key from every view, for good",
  description:
    "Removes a key from every view of an entity and every generation, reads that it is gone, and leaves a tombstone in the registry, the key's hash: no run brings it back. The source's rows are not touched.",
  examples: ["fs forget airport origin=ORD"],
  declare: (parser) =>
    parser.argument("<entity>", "an entity of the applied version").argument("<key=value...>", "each of its keys"),
  run: async (args, context) => {
    const store = await context.store();
    const { repo } = await store.applied();
    const keys = repo.entities.find((e) => e.name === args.entity)?.keys ?? [];
    const row = rowOfPairs(
      args["key=value"],
      keys.map((k) => ({ ...k, role: "key" as const })),
    );
    return store.forget(args.entity, row);
  },
  render: (forgotten, style) => facts(factsOf(forgotten), style),
};

const factsOf = ({ entity, hash, since, generations, removed, left }: Forgotten): Fact[] => [
  ["entity", entity],
  ["tombstone", `${hash.slice(0, 16)}, since ${secondText(since)}`],
  ["looked through", counted(generations.length, "generation")],
  ["removed", counted(removed, "state")],
  ["left", counted(left, "state")],
];
