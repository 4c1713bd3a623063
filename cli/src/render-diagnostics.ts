import type { Diagnostic } from "@lockstep/core";
import { printable } from "./printable.js";
import type { Style } from "./style.js";

/** Each diagnostic in three lines: its code and place, what is wrong, how to mend it. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], { colors }: Pick<Style, "colors">): string =>
  diagnostics
    .flatMap(({ code, place, what, mend }) => [
      `${colors.red(`error ${colors.bold(code)}`)}${place === undefined ? "" : ` at ${printable(place)}`}`,
      ...what.split("\n").map((line) => `  ${printable(line)}`),
      ...(mend === undefined ? [] : [`  ${colors.cyan("mend:")} ${printable(mend)}`]),
    ])
    .map((line) => `${line}\n`)
    .join("");
