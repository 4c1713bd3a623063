import { connect, type Socket } from "node:net";
import { type OnlineStore, packStates } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisStore } from "../support/redis-store.js";
import { hold, until } from "../support/until.js";
import { fullRun, keysOf, stamp, write } from "./states.js";

const KEYS = 8_000;
/** Of a script's keys, and of what a scan looks at: a fraction of a millisecond each. */
const MOST_KEYS = 500;
/** Buckets beside their entities. */
const MOST_OF_A_SCRIPT = 2 * MOST_KEYS;

/** Each command that reaches the server, as words. What a script does within is left out. */
function monitored(port: number): { readonly commands: () => string[][]; readonly socket: Socket } {
  let text = "";
  const socket = connect(port, "127.0.0.1", () => socket.write("MONITOR\r\n"));
  socket.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
  });
  const words = (line: string) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) => word);
  const commands = () =>
    text
      .split("\r\n")
      .filter((line) => /^\+[\d.]+ \[\d+ (?!lua\])/.test(line))
      .map(words);
  return { commands, socket };
}

describe("what a sweep asks of redis", () => {
  let store: OnlineStore;
  let port: number;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ store, port, end } = await redisStore());
  });
  afterAll(() => end());

  test("is many small commands, none of which goes through all keys at once", async () => {
    const keys = keysOf(KEYS);
    const rows = keys.slice(0, 3_000).map((key) => ({ key, row: Buffer.alloc(12, 1) }));
    for (const generation of [1, 2]) {
      await store.append(generation, rows);
      await fullRun(store, generation, keys, 1);
    }
    const monitor = monitored(port);
    await until(async () => {
      await store.ping();
      hold(monitor.commands().some(([name]) => name === "ping"));
    });
    expect(await store.sweep(1)).toBe(KEYS);
    await store.write(2, packStates([write("k0", stamp(2))]));
    await store.publish(2, { ...stamp(2), floor: stamp(2) });
    expect(await store.removeOlder(2, stamp(2))).toBe(KEYS - 1);
    await store.ping();
    const commands = monitor.commands();
    monitor.socket.destroy();

    const of = (name: string) => commands.filter(([first]) => first?.toLowerCase() === name);
    const countOf = (words: string[]) => Number(words[words.findIndex((word) => word.toUpperCase() === "COUNT") + 1]);
    expect([...new Set(commands.map(([name]) => name?.toLowerCase()))].sort()).toEqual(
      ["eval", "evalsha", "exists", "hdel", "hscan", "info", "ping", "scan"].filter((name) => of(name).length > 0),
    );
    expect(of("scan").length).toBeGreaterThanOrEqual(KEYS / MOST_KEYS);
    for (const words of [...of("scan"), ...of("hscan")]) expect(countOf(words)).toBeLessThanOrEqual(MOST_KEYS);
    const scripts = [...of("eval"), ...of("evalsha")];
    expect(scripts.length).toBeGreaterThan(2 * (KEYS / MOST_KEYS));
    for (const [, , keyCount] of scripts) expect(Number(keyCount)).toBeLessThanOrEqual(MOST_OF_A_SCRIPT);
    for (const words of of("hdel")) expect(words.length).toBe(3);
    for (const words of of("exists")) expect(words.length).toBeLessThan(MOST_KEYS);
  });
});
