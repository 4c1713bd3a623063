import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepoIR } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { createPusher, push, pushInput } from "@lockstep/push";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { redisStore } from "../../../test/support/redis-store.js";
import { forget, sweep } from "../src/index.js";
import { delegate, openShop, order, shop as plainShop, pushShop } from "./shop.js";

let db: Database;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await Database.open({ threads: 2 });
});
afterAll(async () => {
  db.close();
  for (const end of ends) await end();
});

/** Ada has orders 1 and 2, bea order 3, and T is 100. */
async function stocked(repo = pushShop(), materialized = true) {
  const { store, end } = await lmdbFolder();
  ends.push(end);
  const shop = openShop(db, store);
  await shop.apply(repo);
  const rows = [order("ada", 1, 10), order("ada", 2, 20), order("bea", 3, 30)];
  if (materialized) await shop.run(rows, 100n);
  const send = async (...pushed: object[]) => {
    const answers = await push({ project: "p", store, registry: shop.registry }, "orders", pushed);
    return answers.map((a) => (a.status === "REJECTED" ? a.code : a.status));
  };
  const counts = async (at: bigint) => [await shop.read("e", "ada", at), await shop.read("e", "bea", at)];
  return { store, shop, rows, send, counts, context: { project: "p", store, registry: shop.registry } };
}

describe("a pushed row", () => {
  it("is seen at once, from its knownAt on, and is once however often it is sent", async () => {
    const { send, counts } = await stocked();
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await send(order("bea", 4, 120), order("bea", 4, 120))).toEqual(["ACCEPTED", "DUPLICATE"]);
    expect(await counts(119n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
    expect(await send(order("bea", 4, 120))).toEqual(["DUPLICATE"]);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
  });

  it("moves an event to another key, deletes it, and brings it back", async () => {
    const { send, counts } = await stocked();
    expect(await send(order("bea", 2, 20, { known: 110n }))).toEqual(["ACCEPTED"]);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [3n, 2n],
    ]);
    expect(await counts(105n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    await send(order("bea", 2, 20, { known: 130n, gone: true }));
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [3n, 1n],
    ]);
    await send(order("ada", 2, 20, { known: 140n }));
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await counts(135n)).toEqual([
      [1n, 1n],
      [3n, 1n],
    ]);
  });

  it("that comes too late is LATE, and one that is no event is refused with a reason", async () => {
    const { send, counts } = await stocked();
    const before = await counts(150n);
    expect(
      await send(order("bea", 4, 100), { id: 5 }, { ...order("bea", 6, 120), x: 1 }, order("bea", 7, 101)),
    ).toEqual(["LATE", "ROW_INVALID", "ROW_INVALID", "ACCEPTED"]);
    expect((await counts(150n))[0]).toEqual(before[0]);
  });

  it("is neither lost nor counted twice by the runs that follow", async () => {
    const { shop, rows, send, counts } = await stocked();
    await send(order("bea", 4, 120), order("bea", 2, 20, { known: 130n }));
    await shop.run([...rows, order("bea", 4, 120)], 120n);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [4n, 3n],
    ]);
    await shop.run([...rows, order("bea", 4, 120), order("bea", 2, 20, { known: 130n })], 140n);
    expect(await counts(150n)).toEqual([
      [1n, 1n],
      [4n, 3n],
    ]);
    expect(await send(order("bea", 4, 120))).toEqual(["LATE"]);
    await shop.run(rows, 145n, { full: true });
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
  });

  it("reaches a generation that is being filled too", async () => {
    const { shop, rows, send, counts } = await stocked();
    await shop.apply(pushShop("2h"));
    await send(order("bea", 4, 120));
    await shop.run(rows, 110n);
    expect(await counts(150n)).toEqual([
      [2n, 2n],
      [4n, 2n],
    ]);
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
  });

  it("counts in a generation that was opened after it", async () => {
    const { shop, rows, send } = await stocked();
    await send(order("bea", 4, 120), order("bea", 2, 20, { known: 130n }), order("ada", 5, 105));
    await shop.apply(pushShop("2h"));
    await shop.run(rows, 110n);
    expect(await shop.read("s", "bea", 125n)).toEqual([2n]);
    expect(await shop.read("s", "bea", 150n)).toEqual([3n]);
    // What was known by the first T is the source's to say.
    expect(await shop.read("s", "ada", 150n)).toEqual([1n]);
    await shop.run([...rows, order("bea", 4, 120)], 125n);
    expect(await shop.read("s", "bea", 150n)).toEqual([3n]);
  });

  it("counts in a generation that was opened after it, though there was no complete run before", async () => {
    const alone = ({ views, services, ...rest }: RepoIR): RepoIR => ({
      ...rest,
      views: views.filter(({ name }) => name === "spending"),
      services: services.filter(({ name }) => name === "s"),
    });
    const { shop, rows, send } = await stocked(alone(pushShop()), false);
    await send(order("bea", 4, 120));
    await shop.apply(alone(pushShop("2h")));
    await shop.run(rows, 110n);
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
  });

  it("has an index, which is none of the keys that a run removes", async () => {
    for (const open of [lmdbFolder, redisStore]) {
      const { store, end } = await open();
      ends.push(end);
      const shop = openShop(db, store);
      await shop.apply(pushShop());
      await shop.run([order("ada", 1, 10), order("bea", 2, 20), order("bea", 3, 30)], 100n);
      const [, ever] = await shop.run([order("ada", 1, 10)], 110n, { full: true });
      expect(ever).toMatchObject({ keys: 1, removed: 1 });
    }
  });

  it("outlasts a sweep of the generation that it was pushed to, until the one after it has been filled", async () => {
    const views = ["spending"];
    const { shop, rows, send, context } = await stocked(pushShop(), false);
    await send(order("bea", 4, 120));
    // Nothing is served yet, so the new definition takes the place of the one before at once.
    await shop.apply(pushShop("2h"));
    expect((await shop.registry.state()).retired).toMatchObject([{ generation: 2 }]);
    const sweepNow = () => sweep({ ...context, now: 119n }, { graceSeconds: 0 });
    const [kept] = await sweepNow();
    expect([kept?.generation, [...(kept?.awaitedBy ?? [])].sort()]).toEqual([2, ["ever", "spending"]]);
    await shop.run(rows, 110n, { views: ["ever"] });
    expect(await sweepNow()).toEqual([
      { generation: 2, keys: 0, awaitedBy: views, until: "1970-01-01T00:00:00.000120Z" },
    ]);
    await shop.run(rows, 110n, { views });
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
    expect(await sweepNow()).toMatchObject([{ generation: 2 }]);
    expect((await shop.registry.state()).retired).toEqual([]);
    for await (const batch of context.store.rows(2)) expect(batch).toEqual([]);
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
  });

  it("does not keep a generation from being swept that has no pushed rows", async () => {
    const { shop, context } = await stocked(pushShop(), false);
    await shop.apply(pushShop("2h"));
    expect(await sweep({ ...context, now: 100n }, { graceSeconds: 0 })).toEqual([{ generation: 2, keys: 0 }]);
  });

  it("keeps no generation for a view that is never materialized, once no first run would take it over", async () => {
    const lookback = pushShop("1h", "30us");
    const { shop, rows, send, context } = await stocked(lookback, false);
    await send(order("bea", 4, 120));
    await shop.apply(pushShop("2h", "30us"));
    const sweptAt = (now: bigint) => sweep({ ...context, now }, { graceSeconds: 0 });
    const until = "1970-01-01T00:00:00.000150Z";
    expect(await sweptAt(149n)).toEqual([{ generation: 2, keys: 0, awaitedBy: ["ever", "spending"], until }]);
    // A first run at now takes it over as long as that.
    expect(await sweptAt(150n)).toEqual([{ generation: 2, keys: 0 }]);
    await shop.run([...rows, order("bea", 4, 120)], 150n, { settle: true });
    expect(await shop.read("s", "bea", 200n)).toEqual([2n]);
  });

  it("does not keep a generation from being swept for a view that is declared no more", async () => {
    const { shop, send, context } = await stocked(pushShop(), false);
    await send(order("bea", 4, 120));
    const changed = pushShop("2h");
    const without = (name: string) => ({ ...changed, views: changed.views.filter((view) => view.name !== name) });
    await shop.apply({ ...without("spending"), services: changed.services.filter(({ name }) => name === "e") });
    const heirs = async () => (await sweep({ ...context, now: 100n }, { graceSeconds: 0 })).map((s) => s.awaitedBy);
    expect(await heirs()).toEqual([["ever"]]);
    await shop.run([order("bea", 3, 30)], 110n);
    expect(await heirs()).toEqual([undefined]);
  });

  it("that died half-way is completed by the next run, or when it is sent again", async () => {
    const { store, shop, rows, context, counts, send } = await stocked();
    for (const again of [false, true]) {
      const row = order("bea", 2, 20, { known: again ? 180n : 150n, gone: again });
      const dying = {
        ...delegate(store),
        append: (generation: number, of: Parameters<OnlineStore["append"]>[1]) =>
          of.some(({ key }) => Buffer.from(key).includes("customer"))
            ? Promise.reject(new Error("gone"))
            : store.append(generation, of),
      };
      await expect(push({ ...context, store: dying }, "orders", [row])).rejects.toThrow("gone");
      if (again) expect(await send(row)).toEqual(["ACCEPTED"]);
      else await shop.run(rows, 120n);
      expect(await counts(200n)).toEqual([
        [1n, 1n],
        [3n, again ? 1n : 2n],
      ]);
    }
  });

  it("beside a run is LATE or counts, whichever of the two the store says first", async () => {
    const { shop, rows, context, counts } = await stocked();
    const all = Array.from({ length: 60 }, (_, i) => order("cleo", 100 + i, 180 + i));
    let run: Promise<unknown> = Promise.resolve();
    const pusher = createPusher(context);
    const other = await db.connect();
    const statuses: string[] = [];
    const pushing = (async () => {
      for (const [i, row] of all.entries()) {
        const [answer] = await pusher.push("orders", [row]);
        statuses[i] = answer?.status ?? "";
      }
    })();
    run = shop.run(rows, 210n, { connection: other });
    await Promise.all([run, pushing]);
    other.close();
    // T is 210: what is known later counts, and nothing else does, whatever it was answered before.
    expect(await shop.read("e", "cleo", 500n)).toEqual([159n, 29n]);
    expect(statuses.slice(31).every((status) => status === "ACCEPTED")).toBe(true);
    expect(statuses.every((status) => status === "ACCEPTED" || status === "LATE")).toBe(true);
    expect(await counts(500n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
  });

  it("reaches a generation that is applied while it is under way", async () => {
    const { store, shop, rows, context } = await stocked();
    let applied = false;
    const slow: OnlineStore = {
      ...delegate(store),
      append: async (...args) => {
        const answers = await store.append(...args);
        if (!applied) {
          applied = true;
          await shop.apply(pushShop("2h"));
        }
        return answers;
      },
    };
    await push({ ...context, store: slow }, "orders", [order("bea", 4, 120)]);
    await shop.run(rows, 110n);
    expect(await shop.read("s", "bea", 150n)).toEqual([2n]);
  });

  it("of a forgotten key is refused, and what was pushed before is gone", async () => {
    const { shop, rows, context, send } = await stocked();
    const { head } = await shop.registry.state();
    const customer = head?.repo.entities.find((e) => e.name === "customer");
    if (!customer) throw new Error("no customer");
    await send(order("bea", 4, 120), order("ada", 5, 130));
    expect(await forget(context, customer, ["bea"], "ann")).toMatchObject({ removed: 2, left: 0 });
    expect(await shop.read("e", "bea", 150n)).toEqual([null, 0n]);
    expect(await send(order("bea", 6, 120), order("ada", 7, 140))).toEqual(["KEY_FORGOTTEN", "ACCEPTED"]);
    await shop.run([...rows, order("bea", 8, 105)], 110n);
    expect(await shop.read("e", "bea", 150n)).toEqual([null, 0n]);
    expect(await shop.read("e", "ada", 150n)).toEqual([7n, 4n]);
    const texts: string[] = [];
    for (const generation of [1, 2]) {
      for await (const batch of context.store.rows(generation)) {
        texts.push(
          ...batch.flatMap(({ key, rows }) => [key, ...rows]).map((bytes) => Buffer.from(bytes).toString("latin1")),
        );
      }
    }
    expect(texts.filter((text) => text.includes("bea"))).toEqual([]);
    expect(texts.filter((text) => text.includes("ada"))).not.toEqual([]);
  });

  it("is left to the next run by one whose T nobody says: it is now less lookback, and never goes back", async () => {
    const { shop, rows } = await stocked();
    await shop.apply(pushShop("2h", "30us"));
    const watermarks = async (now: bigint) => (await shop.run(rows, now, { settle: true })).map((run) => run.watermark);
    expect(await watermarks(200n)).toEqual([170n, 170n]);
    expect(await watermarks(190n)).toEqual([170n, 170n]);
    expect(await watermarks(210n)).toEqual([180n, 180n]);
  });

  it("of a lower version than the batch has elsewhere changes nothing, also where a run has moved it there", async () => {
    const { shop, rows, send, counts } = await stocked();
    const moved = [...rows, order("bea", 2, 20, { known: 105n })];
    await send(order("ada", 2, 20, { known: 150n }));
    await shop.run(moved, 110n);
    expect(await counts(200n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
    expect(await counts(149n)).toEqual([
      [1n, 1n],
      [3n, 2n],
    ]);
  });

  it("takes an event from the key that it was moved to last", async () => {
    const { shop, rows, send, counts } = await stocked();
    await shop.run([...rows, order("bea", 9, 15), order("ada", 9, 15, { known: 105n })], 110n);
    expect(await counts(120n)).toEqual([
      [2n, 3n],
      [3n, 1n],
    ]);
    await send(order("cleo", 9, 15, { known: 150n }));
    expect(await counts(200n)).toEqual([
      [2n, 2n],
      [3n, 1n],
    ]);
  });

  it("is refused where its key or its id has no room, and one that is there is not", async () => {
    const { send, shop, rows } = await stocked();
    const many = Array.from({ length: 10_000 }, (_, i) => order("ada", 10 + i, 200 + i));
    const first = await send(...many);
    // Two events of the batch and 9,998 rows.
    expect(first.slice(9_997)).toEqual(["ACCEPTED", "MAX_ENTRIES", "MAX_ENTRIES"]);
    expect(await send(many[9_997] as object, many[9_998] as object, order("bea", 99_999, 150))).toEqual([
      "DUPLICATE",
      "MAX_ENTRIES",
      "ACCEPTED",
    ]);
    expect(await shop.read("e", "ada", 900_000n)).toEqual([10_007n, 10_000n]);
    await shop.run(rows, 100n, { full: true });
    const moving = Array.from({ length: 102 }, (_, i) => order(`c${i}`, 7, 50, { known: BigInt(300 + i) }));
    const moved = await send(...moving.slice(0, 101));
    expect(moved.slice(99)).toEqual(["ACCEPTED", "MAX_ENTRIES"]);
    expect(await send(moving[101] as object, { ...moving[3], known: 500n })).toEqual(["MAX_ENTRIES", "ACCEPTED"]);
    expect(await shop.read("e", "c99", 450n)).toEqual([7n, 1n]);
    expect(await shop.read("e", "c99", 550n)).toEqual([null, 0n]);
    expect(await shop.read("e", "c3", 550n)).toEqual([7n, 1n]);
  });

  it("needs a source that takes it", async () => {
    const { store, end } = await lmdbFolder();
    ends.push(end);
    const shop = openShop(db, store);
    const send = (source: string) => push({ project: "p", store, registry: shop.registry }, source, [order("a", 1, 1)]);
    await expect(send("orders")).rejects.toMatchObject({ code: "NOT_APPLIED" });
    await shop.apply(plainShop("1h"));
    await expect(send("orders")).rejects.toMatchObject({ code: "SOURCE_PUSH" });
    await expect(send("order")).rejects.toMatchObject({ code: "SOURCE_UNKNOWN" });
  });
});

describe("an input", () => {
  it("is pushed in the order in which it comes, and its bad rows are set aside by their numbers", async () => {
    const { context, counts } = await stocked();
    const folder = await mkdtemp(join(tmpdir(), "lockstep-push-"));
    ends.push(() => rm(folder, { recursive: true }));
    const lines = Array.from({ length: 2_500 }, (_, i) =>
      i % 1_000 === 7
        ? "[]"
        : jsonOf({ customer: "bea", id: 10 + (i % 2), at: 40 + i, known: 120 + i, gone: i === 2_499 }),
    );
    // A piece ends wherever it ends.
    const bytes = Buffer.from(`${lines.join("\n")}\n\n`);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 999) yield bytes.subarray(at, at + 999);
    }
    const seen: number[] = [];
    const report = await pushInput(createPusher(context), "orders", {
      bytes: pieces(),
      format: "ndjson",
      deadLetter: join(folder, "bad.ndjson"),
      onProgress: ({ rows }) => seen.push(rows),
    });
    expect(report).toMatchObject({ rows: 2_500, accepted: 2_497, duplicate: 0, late: 0, rejected: 3 });
    expect(seen).toEqual([1_000, 2_000, 2_500]);
    const bad = (await readFile(join(folder, "bad.ndjson"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(bad.map(({ number }) => number)).toEqual([8, 1_008, 2_008]);
    expect(bad[0]).toMatchObject({ code: "ROW_INVALID", row: [] });
    expect((await counts(9_000n))[1]).toEqual([10n, 2n]);
  });
});

const jsonOf = ({ customer, id, at, known, gone }: Record<string, unknown>): string => {
  const instantOf = (micros: unknown) => `1970-01-01T00:00:00.${String(micros).padStart(6, "0")}Z`;
  return JSON.stringify({ customer, id, at: instantOf(at), known: instantOf(known), gone });
};
