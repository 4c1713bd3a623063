import type { Command as Parser } from "commander";
import type { Context } from "./context.js";
import type { Style } from "./style.js";

/**
 * One command of `fs`. `run` does the work and gives plain data, which is what `--json` prints; `render` says the
 * same to people.
 */
export interface Command<Args, Result> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** Declares arguments and options. `run` gets both by name. */
  readonly declare?: (parser: Parser) => void;
  readonly run: (args: Args, context: Context) => Promise<Result>;
  readonly render: (result: Result, style: Style, args: Args) => string;
  /** Default: 0. */
  readonly exitCode?: (result: Result, args: Args) => number;
  /** Goes on after its result is printed, until it is stopped; then the exit code is 0. */
  readonly stays?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: each command's own types meet only in its file.
export type AnyCommand = Command<any, any>;
