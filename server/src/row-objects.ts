import type { CellField, ObjectPlan } from "./query-plan.js";

/** An answer's rows as objects for JSON.stringify, from the lists of their cells, in the order of `cells`. */
export interface RowObjects {
  readonly cells: readonly CellField[];
  readonly build: (cells: readonly (readonly unknown[])[], rows: number) => object[];
}

/** A function of more cells than this is not compiled by V8 to advantage, nor in no time. */
const MOST_COMPILED = 2_000;

interface Named {
  readonly names: readonly string[];
  readonly build: RowObjects["build"];
}

const named = new Map<string, Named>();
const MOST_NAMED = 1_000;

/** Rows of named cells and nothing else. `of`: whose they are, most of the time with the same names. */
export function namedRows(of: string, names: readonly string[]): RowObjects["build"] {
  const known = named.get(of);
  if (known?.names.length === names.length && names.every((name, i) => name === known.names[i])) return known.build;
  const cell = { kind: "cell", nodes: [], column: "", of: "value", pick: null } as const;
  const { build } = rowObjects({ fields: names.map((key) => ({ ...cell, key })) });
  if (named.size >= MOST_NAMED) named.clear();
  named.set(of, { names, build });
  return build;
}

export function rowObjects(plan: ObjectPlan): RowObjects {
  const cells: CellField[] = [];
  const text = literal(plan, cells);
  return {
    cells,
    build: cells.length > MOST_COMPILED ? (lists, rows) => walked(plan, lists, rows) : compiled(text, cells.length),
  };
}

/**
 * Objects of one shape, made by one literal, are what JSON.stringify is fastest with: twice as fast as with objects
 * that get their properties one by one. The text holds nothing but names as JSON strings, and numbers.
 */
function compiled(text: string, count: number): RowObjects["build"] {
  const lists = Array.from({ length: count }, (_, i) => `const c${i} = lists[${i}];`).join("");
  return new Function(
    "lists",
    "rows",
    `${lists}const out = []; for (let r = 0; r < rows; r++) out.push(${text}); return out;`,
  ) as RowObjects["build"];
}

function literal({ fields }: ObjectPlan, cells: CellField[]): string {
  const entries = fields.map((field) => {
    const value =
      field.kind === "typename"
        ? JSON.stringify(field.text)
        : field.kind === "object"
          ? literal(field.object, cells)
          : `c${cells.push(field) - 1}[r]`;
    return `${property(field.key)}: ${value}`;
  });
  return `{ ${entries.join(", ")} }`;
}

/** `{ "__proto__": x }` sets the prototype, `{ ["__proto__"]: x }` a property. */
const property = (name: string): string => (name === "__proto__" ? '["__proto__"]' : JSON.stringify(name));

function walked(plan: ObjectPlan, lists: readonly (readonly unknown[])[], rows: number): object[] {
  return Array.from({ length: rows }, (_, row) => {
    let next = 0;
    const walk = ({ fields }: ObjectPlan): object =>
      Object.fromEntries(
        fields.map((field) => [
          field.key,
          field.kind === "typename" ? field.text : field.kind === "object" ? walk(field.object) : lists[next++]?.[row],
        ]),
      );
    return walk(plan);
  });
}
