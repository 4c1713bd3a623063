import { describe, expect, it } from "vitest";
import { count, type Duration, defaultHop, durationMicros, type WindowOptions } from "../src/index.js";

const windowOf = (size: Duration | "lifetime", options?: object) =>
  count().over(size as Duration, options as WindowOptions).window;

describe("the default hop", () => {
  it.each<[Duration, Duration]>([
    ["1m", "1m"],
    ["59m", "1m"],
    ["3599999999us", "1m"],
    ["1h", "5m"],
    ["43199999999us", "5m"],
    ["12h", "1h"],
    ["1d", "1h"],
    ["1036799999999us", "1h"],
    ["12d", "1d"],
    ["365d", "1d"],
  ])("of %s is %s", (size, hop) => {
    expect(defaultHop(durationMicros(size))).toBe(durationMicros(hop));
    expect(windowOf(size).hop).toBe(durationMicros(hop));
  });
});

describe("a window", () => {
  it("is a sawtooth [) without an offset unless it says so", () => {
    expect(windowOf("3h")).toEqual({
      shape: "sawtooth",
      size: durationMicros("3h"),
      hop: durationMicros("5m"),
      bounds: "[)",
      offset: 0,
    });
  });

  it("has no hop where it slides, and no size where it is of all time", () => {
    const offset = durationMicros("5m");
    expect(windowOf("90s", { shape: "sliding", bounds: "()", offset: "5m" })).toEqual({
      shape: "sliding",
      size: durationMicros("90s"),
      hop: 0,
      bounds: "()",
      offset,
    });
    expect(windowOf("lifetime", { bounds: "(]", offset: "5m" })).toEqual({
      shape: "lifetime",
      size: 0,
      hop: 0,
      bounds: "(]",
      offset,
    });
  });

  it("may be as short as a microsecond where it slides, and its hop as long as itself", () => {
    expect(windowOf("1us", { shape: "sliding" }).size).toBe(1);
    expect(windowOf("7m", { hop: "7m" }).hop).toBe(durationMicros("7m"));
  });

  it.each<[string, Duration | "lifetime", object, string]>([
    ["no length", "0s", {}, "WINDOW_INVALID at over('0s'): it is empty; give a size greater than zero"],
    [
      "less than a minute",
      "59s",
      {},
      "WINDOW_INVALID at over('59s'): a window shorter than a minute has no hop; write { shape: 'sliding' }",
    ],
    [
      "a hop longer than itself",
      "5m",
      { hop: "6m" },
      "WINDOW_INVALID at over('5m'): its hop must be greater than zero and at most its size; choose a smaller hop",
    ],
    ["no hop", "5m", { hop: "0s" }, "its hop must be greater than zero"],
    ["a calendar size", "3 months" as Duration, {}, "DURATION_CALENDAR at over: '3 months' has no fixed length"],
    ["a calendar hop", "365d", { hop: "1mo" }, "DURATION_CALENDAR at hop"],
    ["a calendar offset", "365d", { offset: "1y" }, "DURATION_CALENDAR at offset"],
    [
      "a sawtooth's two closed edges",
      "5m",
      { bounds: "[]" },
      "WINDOW_INVALID at over('5m'): a sawtooth window cannot have the bounds '[]'; write one of [) (]",
    ],
    [
      "bounds that are none",
      "5m",
      { shape: "sliding", bounds: "[[" },
      "a sliding window cannot have the bounds '[['; write one of [) [] (] ()",
    ],
    ["a lifetime's lower edge alone", "lifetime", { bounds: "()" }, "a lifetime window cannot have the bounds '()'"],
    ["a shape that is none", "5m", { shape: "tumbling" }, "WINDOW_INVALID at over('5m'): 'tumbling' is no shape"],
  ])("is refused with %s", (_, size, options, message) => {
    expect(() => windowOf(size, options)).toThrow(message);
  });
});
