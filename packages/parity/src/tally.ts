import { formatInstant, toWire, type Value } from "@lockstep/core";
import { type Cause, causeNames } from "./causes.js";
import type { Judged } from "./classify.js";
import type { Compared, Found } from "./compare.js";
import type { ParityDifference, ParityRow, Side } from "./report.js";
import type { Subject, SubjectColumn } from "./subject.js";

/** How many differences are shown of each feature and cause. */
const SHOWN = 3;

/** What was found of one subject so far. */
export class Tally {
  readonly #equal: number[];
  readonly #telling: number[];
  readonly #causes: Map<Cause, number>[];
  readonly #largest: (number | null)[];
  readonly #differences: ParityDifference[][];

  constructor(private readonly subject: Subject) {
    const { columns } = subject;
    this.#equal = columns.map(() => 0);
    this.#telling = columns.map(() => 0);
    this.#causes = columns.map(() => new Map());
    this.#largest = columns.map(() => null);
    this.#differences = columns.map(() => []);
  }

  /** Gives the differences that are shown. */
  add({ equal, telling }: Compared, judged: readonly Judged[]): Judged[] {
    this.subject.columns.forEach((_, c) => {
      this.#equal[c] = (this.#equal[c] ?? 0) + (equal[c] ?? 0);
      this.#telling[c] = (this.#telling[c] ?? 0) + (telling[c] ?? 0);
    });
    return judged.filter((j) => j.cause !== null && this.#count(j, j.cause));
  }

  #count(judged: Judged, cause: Cause): boolean {
    const c = judged.column;
    const causes = this.#causes[c] as Map<Cause, number>;
    const before = causes.get(cause) ?? 0;
    causes.set(cause, before + 1);
    const apart = distance(judged.offline.value, judged.online.value);
    if (apart !== null) this.#largest[c] = Math.max(this.#largest[c] ?? 0, apart);
    if (before >= SHOWN) return false;
    this.#differences[c]?.push(differenceOf(this.subject, judged, cause));
    return true;
  }

  rows(): ParityRow[] {
    return this.subject.columns.map((column, c): ParityRow => {
      const causes = this.#causes[c] as Map<Cause, number>;
      const differ = [...causes.values()].reduce((a, b) => a + b, 0);
      const equal = this.#equal[c] ?? 0;
      return {
        ...placeOf(this.subject, column),
        compared: equal + differ,
        equal,
        differ,
        telling: this.#telling[c] ?? 0,
        causes: Object.fromEntries(causeNames.flatMap((c) => (causes.has(c) ? [[c, causes.get(c)]] : []))),
        largest: this.#largest[c] ?? null,
        example: this.#differences[c]?.[0] ?? null,
      };
    });
  }

  differences(): ParityDifference[] {
    return this.#differences.flat();
  }
}

const placeOf = ({ name }: Subject, { view, feature }: SubjectColumn) => ({
  ...(name === null ? {} : { service: name }),
  view,
  feature,
});

function differenceOf(subject: Subject, judged: Judged, cause: Cause): ParityDifference {
  const column = subject.columns[judged.column] as SubjectColumn;
  const side = ({ value, status, error }: Found, type = column.type): Side => ({
    value: toWire(type, value),
    status,
    ...(error === undefined ? {} : { error }),
  });
  return {
    ...placeOf(subject, column),
    key: keyRecord(subject, judged.input),
    at: formatInstant(judged.at),
    offline: side(judged.offline),
    online: side(judged.online, column.servedType),
    cause,
    evidence: judged.evidence,
  };
}

export const keyRecord = ({ service }: Subject, input: readonly Value[]) =>
  Object.fromEntries(service.inputs.map((i, n) => [i.name, toWire(i.type, input[n] ?? null)]));

function distance(a: Value, b: Value): number | null {
  const both = typeof a === "bigint" && typeof b === "bigint";
  if (!both && (typeof a !== "number" || typeof b !== "number")) return null;
  const apart = both ? Number(a - b) : (a as number) - (b as number);
  return Number.isNaN(apart) ? null : Math.abs(apart);
}
