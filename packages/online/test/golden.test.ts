import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "../src/codec.js";
import { encodeKey } from "../src/keys.js";
import { stateBatchOf } from "./batch.js";
import { goldenKey, goldenLayout, goldenStamp, goldenState } from "./golden-state.js";
import { keyStateOf } from "./plain-key-state.js";

// Stores out there hold such bytes. Where this fails, either undo the change of format, or give FORMAT_VERSION a new
// number and keep reading the old one.
const golden = JSON.parse(readFileSync(new URL("golden/state.json", import.meta.url), "utf8")) as {
  readonly key: string;
  readonly state: string;
};
const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString("hex"));

describe("the format", () => {
  it("of keys is what it was", () => {
    expect(hex(encodeKey(goldenKey.entity, goldenKey.types, goldenKey.values))).toBe(golden.key);
  });

  it("of states is what it was", () => {
    expect(hex(encodeState(goldenLayout, stateBatchOf(goldenLayout, [], [goldenState]), 0, goldenStamp))).toBe(
      golden.state,
    );
  });

  it("is read as it was written", () => {
    expect(decodeState(goldenLayout, Buffer.from(golden.state, "hex"))).toStrictEqual(
      keyStateOf(goldenLayout, goldenState, goldenStamp),
    );
  });
});
