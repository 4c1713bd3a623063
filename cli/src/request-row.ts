import { type ServiceIR, tryFromWire, typeName } from "@lockstep/core";
import { usage } from "./usage-error.js";

export type RequestRow = Readonly<Record<string, unknown>>;
type Input = ServiceIR["inputs"][number];

/** The row of `origin=ORD scheduled=2001-03-01T12:00Z`. What no input has the name of stays text. */
export function rowOfPairs(pairs: readonly string[], inputs: readonly Input[]): RequestRow {
  const row: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) throw usage(`'${pair}' is not of the form key=value`, "write origin=ORD, or give --json-row");
    const name = pair.slice(0, at);
    if (Object.hasOwn(row, name)) throw usage(`'${name}' is given twice`, "give each key once");
    row[name] = inputValue(
      inputs.find((i) => i.name === name),
      pair.slice(at + 1),
    );
  }
  return row;
}

/** The row of `--json-row '{"origin":"ORD"}'`. */
export function rowOfJson(text: string): RequestRow {
  const row = parseJson(text);
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as RequestRow;
  throw usage("--json-row is not a JSON object", `write --json-row '{"origin":"ORD"}'`);
}

/** `null` is null but for text, where it is the word; lists and structs are JSON. */
function inputValue(input: Input | undefined, text: string): unknown {
  if (!input || input.type.kind === "string" || input.type.kind === "json") return text;
  const { name, type } = input;
  if (text === "null") return null;
  const value = STRUCTURED.has(type.kind) ? parseJson(text) : text;
  if (value !== undefined && tryFromWire(type, value) !== undefined) return value;
  throw usage(`${name}: '${text}' is not a ${typeName(type)}`, `\`fs describe\` shows the service's inputs`);
}

const STRUCTURED: ReadonlySet<string> = new Set(["bool", "list", "vector", "struct"]);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
