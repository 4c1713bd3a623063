import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationMicros as exactly, formatDuration } from "../src/index.js";

/** Any text is tried, also what the types refuse. */
const durationMicros = exactly as (text: string, place?: string) => number;

describe("a duration", () => {
  it.each([
    ["0s", 0],
    ["7us", 7],
    ["5ms", 5_000],
    ["90s", 90_000_000],
    ["5m", 300_000_000],
    ["3h", 10_800_000_000],
    ["7d", 604_800_000_000],
    ["2w", 1_209_600_000_000],
  ])("%s is %d microseconds", (text, micros) => {
    expect(durationMicros(text)).toBe(micros);
  });

  it.each(["1mo", "3 months", "1 month", "2y", "1 year", "1q", "1M", "10years", "1 quarter"])(
    "%s is refused, with what to write",
    (text) => {
      expect(() => durationMicros(text)).toThrow(
        `DURATION_CALENDAR: '${text}' has no fixed length; months and years differ in length: write days, such as '30d' or '365d'`,
      );
    },
  );

  it.each(["", "5", "h", "-1h", "1.5h", "1 h", "1h30m", "5min", "1H", "∞s", "9007199254740993us", "99999999999999w"])(
    "%j is none",
    (text) => {
      expect(() => durationMicros(text)).toThrow(`DURATION_INVALID: '${text}' is not a duration; write a whole number`);
    },
  );

  it("names its place", () => {
    expect(() => durationMicros("soon", "feature view 'v', ttl")).toThrow(
      "DURATION_INVALID at feature view 'v', ttl: 'soon'",
    );
    expect(() => durationMicros("1y", "offset")).toThrow("DURATION_CALENDAR at offset:");
  });

  it("reads back from its shortest text", () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (micros) => {
        expect(durationMicros(formatDuration(micros))).toBe(micros);
      }),
    );
    expect(formatDuration(10_800_000_000)).toBe("3h");
    expect(formatDuration(90_000_000)).toBe("90s");
    expect(formatDuration(0)).toBe("0s");
  });
});
