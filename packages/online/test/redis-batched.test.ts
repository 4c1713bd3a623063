import { describe, expect, it } from "vitest";
import { batched } from "../src/redis/batched.js";
import type { KeyCommand } from "../src/redis/topology.js";

const command = (name: string) => ({ method: "hdel", key: Buffer.from(name), args: [] }) as KeyCommand;
const nameOf = ({ key }: KeyCommand) => key.toString();

class ReplyError extends Error {
  override name = "ReplyError";
}

function server(refused: (names: readonly string[]) => Error | undefined = () => undefined) {
  const trips: string[][] = [];
  const ask = async (commands: readonly KeyCommand[]): Promise<readonly unknown[]> => {
    const names = commands.map(nameOf);
    trips.push(names);
    const error = refused(names);
    if (error) throw error;
    return names.map((name) => `${name}!`);
  };
  return { trips, ask };
}

const settled = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((r) => (r.status === "fulfilled" ? r.value : (r.reason as Error).message));

describe("what callers of one turn ask", () => {
  it("goes in one trip, and each gets its own replies", async () => {
    const { trips, ask } = server();
    const one = batched(ask);
    const asked = [[command("a"), command("b")], [], [command("c")], [command("a")]];
    expect(await Promise.all(asked.map(one))).toEqual([["a!", "b!"], [], ["c!"], ["a!"]]);
    expect(trips).toEqual([["a", "b", "c", "a"]]);
    expect(await one([command("d")])).toEqual(["d!"]);
    expect(trips).toHaveLength(2);
  });

  it("fails for the one whose command the server refuses", async () => {
    const { trips, ask } = server((names) => (names.includes("bad") ? new ReplyError("WRONGTYPE") : undefined));
    const one = batched(ask);
    const results = await Promise.allSettled([one([command("a")]), one([command("bad")]), one([command("b")])]);
    expect(settled(results)).toEqual([["a!"], "WRONGTYPE", ["b!"]]);
    expect(trips).toEqual([["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  });

  it("fails for all where the connection does, once", async () => {
    const { trips, ask } = server(() => new Error("Connection is closed."));
    const one = batched(ask);
    const results = await Promise.allSettled([one([command("a")]), one([command("b")])]);
    expect(settled(results)).toEqual(["Connection is closed.", "Connection is closed."]);
    expect(trips).toHaveLength(1);
  });

  it("fails for those alone who ask a server that is gone, where there are several", async () => {
    const { ask } = server((names) => (names.includes("gone") ? new Error("Connection is closed.") : undefined));
    const one = batched(ask, () => true);
    expect(settled(await Promise.allSettled([one([command("a")]), one([command("gone")])]))).toEqual([
      ["a!"],
      "Connection is closed.",
    ]);
  });
});
