import { fromWire, isLockstepError, LockstepError, nearest, type ServiceIR, type Value } from "@lockstep/core";
import { isUnicode } from "./utf8.js";

export type ServiceInput = ServiceIR["inputs"][number];
export type RequestRow = Readonly<Record<string, unknown>>;

/** How many mistakes one error names. */
const MOST = 20;

/** A list of values for each input, or one error that names the rows and the fields that are wrong. */
export function inputColumns(inputs: readonly ServiceInput[], rows: readonly RequestRow[]): Value[][] {
  const columns = inputs.map((): Value[] => []);
  const mistakes: LockstepError[] = [];
  for (const [r, row] of rows.entries()) {
    try {
      readRow(inputs, row, r, columns);
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      mistakes.push(error);
      if (mistakes.length === MOST) break;
    }
  }
  if (mistakes.length > 0) throw new LockstepError(mistakes.flatMap((error) => error.diagnostics));
  return columns;
}

function readRow(inputs: readonly ServiceInput[], row: RequestRow, r: number, columns: Value[][]): void {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new LockstepError({
      code: "ROW_INVALID",
      place: `row ${r}`,
      what: "it is not an object",
      mend: "give its fields by name",
    });
  }
  inputs.forEach((input, i) => {
    columns[i]?.push(fieldValue(input, row, `row ${r}, field '${input.name}'`));
  });
}

function fieldValue({ name, type, role }: ServiceInput, row: RequestRow, place: string): Value {
  const given = Object.hasOwn(row, name) ? row[name] : undefined;
  if (given === undefined) {
    const misspelt = nearest(
      name,
      Object.keys(row).filter((field) => field !== name),
    );
    throw new LockstepError({
      code: "INPUT_MISSING",
      place,
      what: `the ${role === "key" ? "key" : "request field"} is missing${misspelt === undefined ? "" : `, and there is '${misspelt}'`}`,
      mend: misspelt === undefined ? "give a value, or null where there is none" : `call it '${name}'`,
    });
  }
  const value = fromWire(type, given, place);
  if (typeof value !== "string" || isUnicode(value)) return value;
  throw new LockstepError({ code: "VALUE_INVALID", place, what: "its text holds half of a surrogate pair" });
}
