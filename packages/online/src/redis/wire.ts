import { Command } from "ioredis";
import { wordsOf } from "./scripts/script.js";
import type { KeyCommand } from "./topology.js";
import { headed } from "./words.js";

/** A command whose arguments are bytes already: ioredis sends it, redirects it, and reads the reply. */
export class WireCommand extends Command {
  readonly #bytes: Buffer;

  /** `spelled`: a script goes along as text, which the server then keeps, and not as its hash. */
  constructor({ run, key, args }: KeyCommand, spelled = false) {
    // Of its arguments ioredis needs to know where the first key is, for the slot.
    super(
      typeof run === "string" ? run.toLowerCase() : "evalsha",
      typeof run === "string" ? [key] : [run.sha, "1", key],
      { replyEncoding: null },
    );
    const [count, words] =
      typeof run === "string" ? [1, wordsOf(run)] : [2, spelled ? wordsOf("EVAL", run.lua) : run.call];
    this.#bytes = headed(`*${count + args.count}\r\n${words}`, args);
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}
