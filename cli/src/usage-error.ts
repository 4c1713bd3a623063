import { LockstepError } from "@lockstep/core";
import type { CommanderError } from "commander";

/** A mistake in how a command was called. */
export const usage = (what: string, mend: string): LockstepError => new LockstepError({ code: "USAGE", what, mend });

/** The parser's error in the shape of all others. `command` is the one that was called, where there is one. */
export function usageError(error: CommanderError, command: string | undefined): LockstepError {
  const help = command === undefined ? "fs --help" : `fs ${command} --help`;
  if (error.code === "commander.help") return usage("no command was given", `\`${help}\` lists them`);
  const [message = "", suggestion = ""] = error.message.split("\n(");
  const what = message.replace(/^error: /, "");
  return usage(`${what}${didYouMean(suggestion)}`, `\`${help}\` shows what there is`);
}

/** From the parser's `Did you mean plan?)`. */
function didYouMean(suggestion: string): string {
  const [, several, names] = /^Did you mean (one of )?(.+)\?\)$/.exec(suggestion) ?? [];
  if (names === undefined) return "";
  return several === undefined ? ` (did you mean '${names}'?)` : ` (did you mean one of ${names}?)`;
}
