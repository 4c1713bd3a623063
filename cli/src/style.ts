import pc from "picocolors";
import type { Io, Output } from "./io.js";

export type Colors = ReturnType<typeof pc.createColors>;

/** How text for people is laid out. */
export interface Style {
  readonly colors: Colors;
  /** A terminal's width. Infinite elsewhere: what a program reads is never cut. */
  readonly width: number;
}

/** Colors on a terminal, unless `--no-color` or NO_COLOR says otherwise; FORCE_COLOR asks for them elsewhere. */
export function styleOf(output: Output, { env }: Pick<Io, "env">, color: boolean): Style {
  const wanted = env["FORCE_COLOR"] !== undefined || (output.isTTY && env["TERM"] !== "dumb");
  return {
    colors: pc.createColors(color && !env["NO_COLOR"] && wanted),
    width: output.isTTY ? output.columns : Infinity,
  };
}
