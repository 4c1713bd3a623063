import { compileRepo, count, entity, featureView, firstN, parquet, stateLayout, t, type Value } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import {
  compareStamps,
  decodeIdState,
  decodeRow,
  type Entry,
  encodeIdState,
  encodeKey,
  encodeRow,
  firstIdStates,
  heldOf,
  idKey,
  idKeys,
  isIdKey,
  linksOf,
  nextIdState,
  type PushRow,
} from "../src/index.js";
import type { KeyState } from "../src/key-state.js";
import { compareEntries } from "../src/pushes/entry.js";
import { heldAt } from "../src/pushes/id-index.js";
import { withPushes } from "../src/pushes/merge.js";
import { columnOf, rawColumn } from "./batch.js";

const source = parquet("orders", {
  path: "",
  columns: {
    at: t.timestamp(),
    known: t.timestamp(),
    shop: t.string(),
    id: t.int64(),
    version: t.float64(),
    gone: t.bool(),
    amount: t.int64(),
    note: t.string(),
  },
  eventTime: "at",
  knownAt: "known",
  id: "id",
  version: "version",
  deleted: "gone",
  push: true,
});
const declared = featureView("v", {
  entity: entity("shop", { shop: t.string() }),
  source,
  features: (o) => ({
    last: o.amount,
    n: count().where(o.note.eq("x")).over("lifetime"),
    l: firstN(o.amount, 9).over("1d"),
  }),
});
const view = compileRepo("p", [declared]).ir.views[0] as NonNullable<
  ReturnType<typeof compileRepo>["ir"]["views"][number]
>;
const layout = stateLayout(view);
const ledger = layout.ledger as NonNullable<typeof layout.ledger>;

type Given = Partial<Omit<Entry, "id">> & { readonly id?: bigint };
const entry = (of: Given = {}): Entry => {
  const { id = 1n, ...rest } = of;
  return {
    key: ["a"],
    version: 1,
    at: 10n,
    knownAt: 110n,
    deleted: false,
    ties: [5n, "x"],
    inputs: [5n, true],
    ...rest,
    id: [id],
  };
};
const stamp = (t: bigint, run = 1) => ({ t, run });
const key = (shop: string) => encodeKey("shop", [{ kind: "string" }], [shop]) as Uint8Array;

describe("the layout of a view whose source takes pushes", () => {
  it("keeps what orders versions and events, once each", () => {
    expect(ledger).toEqual({
      id: [{ kind: "int64" }],
      version: { kind: "float64" },
      ties: [
        { column: "amount", type: { kind: "int64" }, input: 0 },
        { column: "note", type: { kind: "string" }, input: null },
      ],
      keys: [{ kind: "string" }],
      keyOrder: [0],
    });
  });
});

describe("of two versions the greater", () => {
  const greater: [string, Given, Given][] = [
    ["has the greater version", { version: 2, knownAt: 1n }, { version: 1, knownAt: 9n }],
    ["NaN is the greatest", { version: Number.NaN }, { version: Infinity }],
    ["and null the least", { version: -Infinity }, { version: null }],
    ["+0 is after -0", { version: 0 }, { version: -0 }],
    ["was known later", { knownAt: 2n, at: 1n }, { knownAt: 1n, at: 2n }],
    ["is a deletion", { deleted: true, at: 1n }, { at: 2n }],
    ["happened later", { at: 2n, ties: [1n, "x"] }, { at: 1n }],
    ["has the greater columns, in the source's order", { ties: [2n, "a"] }, { ties: [1n, "b"] }],
    ["or the next of them", { ties: [2n, "b"] }, { ties: [2n, null] }],
    ["or the greater key", { key: ["b"] }, { key: [null] }],
  ];
  it.each(greater)("%s", (_, a, b) => {
    expect(compareEntries(ledger, entry(a), entry(b))).toBeGreaterThan(0);
    expect(compareEntries(ledger, entry(b), entry(a))).toBeLessThan(0);
    expect(compareEntries(ledger, entry(a), entry(a))).toBe(0);
  });
});

describe("rows", () => {
  const rows: PushRow[] = [
    { kind: "entry", entry: entry({ version: Number.NaN, key: [null], inputs: [null, null] }) },
    { kind: "note", entry: entry({ deleted: true, inputs: null, ties: [null, "\u{1F600}"] }) },
    { kind: "batch", knownAt: -5n, id: [7n], held: { since: stamp(-(2n ** 62n), 9), entry: null } },
    { kind: "batch", knownAt: 5n, id: [7n], held: { since: stamp(3n), entry: entry({ inputs: null }) } },
  ];
  it.each(rows)("come back as they went: $kind", (row) => {
    expect(decodeRow(layout, encodeRow(layout, row))).toEqual(row);
  });

  it("that are damaged are an error, wherever it happened", () => {
    for (const row of rows) {
      const bytes = Buffer.from(encodeRow(layout, row));
      for (let i = 0; i < bytes.length; i++) {
        const damaged = Buffer.from(bytes);
        damaged[i] = (damaged[i] ?? 0) ^ 0x10;
        expect(() => decodeRow(layout, damaged)).toThrow(expect.objectContaining({ code: "STATE_CORRUPT" }));
        expect(() => decodeRow(layout, bytes.subarray(0, i))).toThrow(
          expect.objectContaining({ code: "STATE_CORRUPT" }),
        );
      }
    }
  });

  it("of another definition are refused", () => {
    const other = { ...layout, inputs: layout.inputs.slice(1) };
    expect(() => decodeRow(other, encodeRow(layout, rows[0] as PushRow))).toThrow(
      expect.objectContaining({ code: "STATE_LAYOUT" }),
    );
  });
});

describe("what the batch has of an id", () => {
  const [first, second] = [entry({ inputs: null }), entry({ version: 2, inputs: null })];

  it("is of the stamp that a key is at", () => {
    const one = nextIdState(layout, null, undefined, stamp(100n), first);
    const two = nextIdState(layout, one, stamp(100n), stamp(200n, 2), second);
    expect(decodeIdState(layout, encodeIdState(layout, two))).toEqual(two);
    expect(heldAt(two.held, stamp(100n))).toEqual(first);
    expect(heldAt(two.held, stamp(200n, 2))).toEqual(second);
    expect(heldAt(two.held, stamp(50n))).toEqual(first);
  });

  it("is remembered while keys may be at it, and no longer", () => {
    const one = nextIdState(layout, null, undefined, stamp(100n), first);
    const same = nextIdState(layout, one, stamp(100n), stamp(150n, 2), { ...first });
    expect(same).toEqual({ stamp: stamp(150n, 2), held: one.held });
    const two = nextIdState(layout, same, stamp(150n, 2), stamp(200n, 3), second);
    expect(two.held).toHaveLength(2);
    const three = nextIdState(layout, two, stamp(200n, 3), stamp(300n, 4), first);
    expect(three.held.map(({ since }) => since.t)).toEqual([200n, 300n]);
  });

  it("is nothing from a full run on that did not find it", () => {
    const one = nextIdState(layout, null, undefined, stamp(100n), first);
    expect(heldAt(heldOf(one, stamp(200n)), stamp(200n))).toBeNull();
    expect(heldAt(heldOf(one, stamp(200n)), stamp(100n))).toEqual(first);
    expect(heldOf(one, stamp(100n))).toEqual(one.held);
    expect(compareStamps(one.stamp, stamp(100n))).toBe(0);
  });

  it.each([true, false])(
    "has the same bytes where many are written at once (a version is declared: %s)",
    (versioned) => {
      const plain = { ...layout, ledger: { ...ledger, version: versioned ? ledger.version : null } };
      const entries = [
        entry(),
        entry({ id: -3n, key: [null], at: -(2n ** 62n), knownAt: 2n ** 62n, deleted: true }),
        entry({ id: 2n ** 52n, key: ["é|"], version: null, ties: [null, null] }),
        entry({ id: 2n ** 51n, key: [""], version: Number.NaN, ties: [-(2n ** 51n) + 1n, "\u{1F600}"] }),
        entry({ id: 300n, version: -0, at: -1n, knownAt: -(2n ** 32n), ties: [2n ** 32n, ""] }),
      ].map((one) => ({ ...one, version: versioned ? one.version : null, inputs: null }));
      const int64 = { kind: "int64" } as const;
      const id = [
        rawColumn(
          int64,
          entries.map((one) => one.id[0] as bigint),
        ),
      ];
      const batch = {
        rows: entries.length,
        id,
        key: [
          columnOf(
            { kind: "string" },
            entries.map((one) => one.key[0] as Value),
          ),
        ],
        version: versioned
          ? rawColumn(
              { kind: "float64" },
              entries.map((one) => one.version as number | null),
            )
          : null,
        at: rawColumn(
          int64,
          entries.map((one) => one.at),
        ),
        knownAt: rawColumn(
          int64,
          entries.map((one) => one.knownAt),
        ),
        deleted: columnOf(
          { kind: "bool" },
          entries.map((one) => one.deleted),
        ),
        ties: [
          rawColumn(
            int64,
            entries.map((one) => one.ties[0] as bigint | null),
          ),
          columnOf(
            { kind: "string" },
            entries.map((one) => one.ties[1] as Value),
          ),
        ],
      };
      const at = stamp(-5n, 300);
      const [stateOf, keyOf] = [firstIdStates(plain, batch, at), idKeys(id)];
      for (const [row, one] of entries.entries()) {
        expect(stateOf(row)).toEqual(encodeIdState(plain, nextIdState(plain, null, undefined, at, one)));
        expect(keyOf(row)).toEqual(idKey(plain, one.id));
      }
    },
  );

  it("lies under keys that no entity has", () => {
    expect(isIdKey(idKey(layout, [1n]))).toBe(true);
    for (const name of ["id", "a", "i", "shop"]) expect(isIdKey(encodeKey(name, [], []) as Uint8Array)).toBe(false);
    expect(isIdKey(encodeKey("", [], []) as Uint8Array)).toBe(false);
  });
});

describe("a key with pushed rows", () => {
  /** In the batch at T = 100: events 1 and 2 of shop a. */
  const state: KeyState = {
    stamp: stamp(100n),
    latest: { at: 20n, values: [6n] },
    tiles: [],
    lifetimes: [],
    events: {
      at: [10n, 20n],
      inputs: [
        [5n, 6n],
        [true, false],
        [1n, 2n],
        [1, 1],
        [10n, 20n],
        ["x", "y"],
      ],
    },
  };
  const amounts = (of: KeyState | null) => of?.events.inputs[0];
  /** What shop a is at an instant, where these were pushed and the batch has event 9 in shop b. */
  const after = (t: bigint, ...pushed: Entry[]) => {
    const batch = [
      entry({ id: 1n, knownAt: 10n, inputs: null }),
      entry({ id: 2n, at: 20n, knownAt: 20n, ties: [6n, "y"], inputs: null }),
      entry({ id: 9n, key: ["b"], version: 5, knownAt: 10n, inputs: null }),
    ];
    const heldOf = (id: Value | undefined) =>
      batch.filter((e) => e.id[0] === id).map((e) => ({ since: stamp(100n), entry: e }));
    const ids = new Map(pushed.map((e) => [e.id[0], pushed.filter((other) => other.id[0] === e.id[0])]));
    const links = [...ids].flatMap(([id, all]) => linksOf(view, layout, all, heldOf(id)));
    const own = links.filter((link) => Buffer.compare(link.key, key("a")) === 0).map((link) => link.row);
    return withPushes(layout, state, ["a"], own, stamp(100n), t);
  };

  it("is its state while none of them is visible", () => {
    expect(after(105n, entry({ id: 3n }))).toBe(state);
    expect(after(500n, entry({ id: 3n, knownAt: 100n }))).toBe(state);
    expect(withPushes(layout, state, ["a"], [], stamp(100n), 500n)).toBe(state);
    expect(withPushes(layout, null, ["a"], [], stamp(100n), 500n)).toBeNull();
  });

  it("has new events, in the order of events", () => {
    const merged = after(110n, entry({ id: 3n, at: 15n, inputs: [7n, null] }));
    expect(amounts(merged)).toEqual([5n, 7n, 6n]);
    expect(merged?.events.at).toEqual([10n, 15n, 20n]);
    expect(merged?.events.inputs).toHaveLength(layout.inputs.length);
  });

  it("has corrections in place of what they correct, and not where they are of a lower version", () => {
    expect(amounts(after(110n, entry({ at: 30n, version: 2, inputs: [8n, null] })))).toEqual([6n, 8n]);
    expect(amounts(after(110n, entry({ at: 30n, version: 0, inputs: [8n, null] })))).toEqual([5n, 6n]);
  });

  it("loses events that are deleted, or move to another key", () => {
    expect(amounts(after(110n, entry({ version: 2, deleted: true })))).toEqual([6n]);
    expect(amounts(after(110n, entry({ version: 2, key: ["b"] })))).toEqual([6n]);
    expect(amounts(after(110n, entry({ version: 2, key: [null] })))).toEqual([6n]);
  });

  it("has no event of which the batch has a greater version elsewhere", () => {
    expect(amounts(after(110n, entry({ id: 9n, version: 4 })))).toEqual([5n, 6n]);
    expect(amounts(after(110n, entry({ id: 9n, version: 6, inputs: [9n, null] })))).toEqual([5n, 9n, 6n]);
  });

  it("takes the greatest of several that are known by then", () => {
    const pushed = [
      entry({ id: 3n, version: 3, knownAt: 130n, inputs: [3n, null] }),
      entry({ id: 3n, version: 2, knownAt: 120n, key: ["b"] }),
      entry({ id: 3n, version: 1, knownAt: 110n, inputs: [1n, null] }),
    ];
    expect(amounts(after(110n, ...pushed))).toContain(1n);
    expect(amounts(after(120n, ...pushed))).toEqual([5n, 6n]);
    expect(amounts(after(130n, ...pushed))).toContain(3n);
  });
});
