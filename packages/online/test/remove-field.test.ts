import { expect, it } from "vitest";
import { removeField } from "../src/redis/remove-field.js";
import type { KeyCommand } from "../src/redis/topology.js";

it("a field is removed from some hashes at a time, and those that set the pace hear of each of them", async () => {
  const hashes = Array.from({ length: 1024 }, (_, i) => Buffer.from(`h${i}`));
  const trips: (readonly KeyCommand[])[] = [];
  const looked: number[] = [];
  const servers = {
    ask: async (commands: readonly KeyCommand[]) => {
      // The next trip only comes after the pause.
      expect(looked).toHaveLength(trips.length);
      trips.push(commands);
      return commands.map(() => 1);
    },
  };
  await removeField(servers, hashes, "7+", async (count) => void looked.push(count));
  expect(Math.max(...trips.map((trip) => trip.length))).toBeLessThanOrEqual(64);
  expect(trips.flat().map(({ key }) => key)).toEqual(hashes);
  expect(looked.reduce((sum, count) => sum + count)).toBe(hashes.length);
});
