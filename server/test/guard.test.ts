import { LockstepError } from "@lockstep/core";
import type { OnlineStore, ReadResult } from "@lockstep/online";
import { expect, test } from "vitest";
import { boundedQueue } from "../src/guard/bounded-queue.js";
import { CLOSED, enter, failed, succeeded } from "../src/guard/breaker.js";
import { GUARD, type GuardSettings, guardStore } from "../src/guard/guard-store.js";

const settings = { failures: 2, openMs: 100 };

test("a breaker opens after failures in a row, lets one try, and closes when that is good", () => {
  const one = failed(CLOSED, 0, settings);
  expect(failed(succeeded(one), 0, settings)).toEqual({ state: "closed", failures: 1 });
  const open = failed(one, 0, settings);
  expect(open).toEqual({ state: "open", until: 100 });
  expect(enter(open, 99).allowed).toBe(false);
  const trying = enter(open, 100);
  expect(trying).toEqual({ allowed: true, next: { state: "halfOpen" } });
  expect(enter(trying.next, 100).allowed).toBe(false);
  expect(succeeded(trying.next)).toEqual(CLOSED);
  expect(failed(trying.next, 100, settings)).toEqual({ state: "open", until: 200 });
  // What began before it opened changes nothing.
  expect([succeeded(open), failed(open, 50, settings)]).toEqual([open, open]);
});

test("a queue runs so many at a time, in order, and turns the rest away", async () => {
  const queue = boundedQueue(2, 3);
  const releases: (() => void)[] = [];
  const begun: number[] = [];
  const run = (n: number) =>
    queue.run(() => {
      begun.push(n);
      return new Promise<number>((resolve) => releases.push(() => resolve(n)));
    });
  const all = [1, 2, 3, 4, 5].map(run);
  expect(run(6)).toBeNull();
  expect([begun, queue.running, queue.waiting]).toEqual([[1, 2], 2, 3]);
  releases[1]?.();
  await all[1];
  await Promise.resolve();
  expect([begun, queue.running, queue.waiting]).toEqual([[1, 2, 3], 2, 2]);
  for (let i = 0; i < 5; i++) {
    for (const release of releases) release();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
  expect([begun, queue.running, queue.waiting]).toEqual([[1, 2, 3, 4, 5], 0, 0]);
});

const NOTHING: ReadResult = { states: [], published: new Map() };
const gone = () => new LockstepError({ code: "ONLINE_UNAVAILABLE", what: "gone" });

function guarded(read: () => Promise<ReadResult>, more: Partial<GuardSettings> = {}) {
  const clock = { now: 0 };
  let reads = 0;
  const store = {
    kind: "fake",
    read: () => {
      reads++;
      return read();
    },
    close: async () => {},
  } as unknown as OnlineStore;
  const guard = guardStore(store, { ...GUARD, ...settings, ...more }, () => clock.now);
  const code = () =>
    guard.read([], []).then(
      () => "ok",
      (error: LockstepError) => error.code,
    );
  return { clock, guard, code, reads: () => reads };
}

test("while the store is gone it is asked once in a while, and others are refused at once", async () => {
  let up = false;
  const { clock, guard, code, reads } = guarded(() => (up ? Promise.resolve(NOTHING) : Promise.reject(gone())));
  expect([await code(), await code()]).toEqual(["ONLINE_UNAVAILABLE", "ONLINE_UNAVAILABLE"]);
  expect([await code(), await code(), reads()]).toEqual(["STORE_UNAVAILABLE", "STORE_UNAVAILABLE", 2]);
  expect(guard.guard()).toMatchObject({ circuit: "open", retryInMs: 100, refused: { open: 2 } });
  clock.now = 100;
  expect([await code(), await code(), reads()]).toEqual(["ONLINE_UNAVAILABLE", "STORE_UNAVAILABLE", 3]);
  up = true;
  clock.now = 200;
  expect([await code(), await code(), guard.guard().circuit]).toEqual(["ok", "ok", "closed"]);
});

test("other errors are the caller's, and open nothing", async () => {
  const { code, guard } = guarded(() => Promise.reject(new LockstepError({ code: "STORE_ROLLED_BACK", what: "" })));
  for (let i = 0; i < 5; i++) expect(await code()).toBe("STORE_ROLLED_BACK");
  expect(guard.guard().circuit).toBe("closed");
});

test("a store that hangs holds a bounded number of reads, however many are asked for", async () => {
  const limits = { atOnce: 3, queued: 2, timeoutMs: 30, failures: 4 };
  const { code, reads, guard, clock } = guarded(() => new Promise(() => {}), limits);
  const codes = await Promise.all(Array.from({ length: 100 }, code));
  expect(codes.filter((c) => c === "STORE_BUSY")).toHaveLength(95);
  expect(codes.filter((c) => c === "STORE_TIMEOUT")).toHaveLength(5);
  expect([reads(), guard.guard().running, guard.guard().circuit]).toEqual([3, 3, "open"]);
  expect(await code()).toBe("STORE_UNAVAILABLE");
  // The one that may try waits behind those that hang, and does not leave the circuit half open for good.
  clock.now = 100;
  expect(await code()).toBe("STORE_BUSY");
  expect(guard.guard().circuit).toBe("open");
});
