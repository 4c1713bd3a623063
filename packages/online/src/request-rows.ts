import {
  fromWire,
  isLockstepError,
  LockstepError,
  nearest,
  type ServiceIR,
  tryFromWire,
  type Value,
} from "@lockstep/core";
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
    columns[i]?.push(fieldValue(input, row, r));
  });
}

function fieldValue(input: ServiceInput, row: RequestRow, r: number): Value {
  const { name, type } = input;
  const given = Object.hasOwn(row, name) ? row[name] : undefined;
  const value = given === undefined ? undefined : tryFromWire(type, given);
  if (value !== undefined && (typeof value !== "string" || isUnicode(value))) return value;
  const place = `row ${r}, field '${name}'`;
  if (given === undefined) throw missing(input, row, place);
  // Throws where it is not of the type.
  fromWire(type, given, place);
  throw new LockstepError({ code: "VALUE_INVALID", place, what: "its text holds half of a surrogate pair" });
}

function missing({ name, role }: ServiceInput, row: RequestRow, place: string): LockstepError {
  const misspelt = nearest(
    name,
    Object.keys(row).filter((field) => field !== name),
  );
  return new LockstepError({
    code: "INPUT_MISSING",
    place,
    what: `the ${role === "key" ? "key" : "request field"} is missing${misspelt === undefined ? "" : `, and there is '${misspelt}'`}`,
    mend: misspelt === undefined ? "give a value, or null where there is none" : `call it '${name}'`,
  });
}
