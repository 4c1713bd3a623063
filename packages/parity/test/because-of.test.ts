import { expect, test } from "vitest";
import { becauseOf } from "../src/evidence/rows-since.js";

const online = { value: 3n, status: "PRESENT" } as const;
const found = (value: bigint) => ({ value, status: "PRESENT", allowed: 0 }) as const;
const grown = { is: "grown", says: "grown", hashes: ["1"] } as const;
const same = { is: "same", says: "same" } as const;
const changed = { is: "changed", says: "changed" } as const;
const unknown = { is: "not known", says: "not known" } as const;

test.each([
  [[grown], found(3n), "late"],
  [[grown], found(4n), "wrong"],
  [[grown], undefined, "wrong"],
  [[same, grown], found(3n), "late"],
  [[changed], undefined, "rewritten"],
  [[grown, changed], found(4n), "rewritten"],
  [[unknown, changed], undefined, "rewritten"],
  [[unknown, same], undefined, "not known"],
  [[unknown, grown], found(4n), "not known"],
  [[same], undefined, "wrong"],
  [[], undefined, "not known"],
] as const)("%#", (evidence, without, is) => {
  expect(becauseOf(online, evidence, without).is).toBe(is);
});
