import { inspect } from "node:util";
import { diagnosticsOf } from "./diagnostics-of.js";
import type { Io } from "./io.js";
import { jsonText } from "./json.js";
import { renderDiagnostics } from "./render-diagnostics.js";
import { styleOf } from "./style.js";

/** Says what went wrong: to programs on stdout with `--json`, else to people on stderr. */
export function reportError(error: unknown, io: Io, { json, color }: { json: boolean; color: boolean }): void {
  const diagnostics = diagnosticsOf(error);
  if (json) io.stdout.write(jsonText({ error: { diagnostics } }));
  else io.stderr.write(renderDiagnostics(diagnostics, styleOf(io.stderr, io, color)));
  if (io.env["LOCKSTEP_DEBUG"] === "1") io.stderr.write(`${inspect(error)}\n`);
}
