import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floorTo, formatDays, formatInstant, hourOf, instant, parseDays, tryInstant, weekdayOf } from "../src/index.js";

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Instants that a JavaScript Date can hold, to the millisecond. */
const ofDate = fc.integer({ min: -8.64e15, max: 8.64e15 });
const DAY = 86_400_000_000n;

describe("an instant's text", () => {
  it("reads back as the same instant, over all of int64", () => {
    fc.assert(
      fc.property(int64, (at) => {
        expect(instant(formatInstant(at))).toBe(at);
      }),
    );
  });

  it("has four digits of year where they suffice and a sign and six where they don't", () => {
    expect(formatInstant(0n)).toBe("1970-01-01T00:00:00.000000Z");
    expect(formatInstant(-1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(formatInstant(-(2n ** 63n))).toBe("-290308-12-21T19:59:05.224192Z");
    expect(formatInstant(2n ** 63n - 1n)).toBe("+294247-01-10T04:00:54.775807Z");
    expect(formatInstant(instant("9999-12-31T23:59:59.999999Z") + 1n)).toBe("+010000-01-01T00:00:00.000000Z");
    expect(formatInstant(instant("0000-01-01") - 1n)).toBe("-000001-12-31T23:59:59.999999Z");
  });

  it("is what Date writes, and three digits more", () => {
    fc.assert(
      fc.property(ofDate, (ms) => {
        expect(formatInstant(BigInt(ms) * 1000n)).toBe(new Date(ms).toISOString().replace("Z", "000Z"));
      }),
    );
  });

  it("sorts as time does within the years 0 to 9999", () => {
    const within = fc.bigInt({ min: instant("0000-01-01"), max: instant("9999-12-31") });
    fc.assert(
      fc.property(within, within, (a, b) => {
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
      }),
    );
  });
});

describe("reading an instant", () => {
  it.each([
    ["2001-03-01", "2001-03-01T00:00:00.000000Z"],
    ["2001-03-01T12:30", "2001-03-01T12:30:00.000000Z"],
    ["2001-03-01 12:30:15", "2001-03-01T12:30:15.000000Z"],
    ["2001-03-01T12:30:15z", "2001-03-01T12:30:15.000000Z"],
    ["2001-03-01T12:30:15,5Z", "2001-03-01T12:30:15.500000Z"],
    ["  2001-03-01T12:30Z\n", "2001-03-01T12:30:00.000000Z"],
    ["+002001-03-01T00:00Z", "2001-03-01T00:00:00.000000Z"],
    ["2000-02-29", "2000-02-29T00:00:00.000000Z"],
  ])("%j is %s", (text, shown) => {
    expect(formatInstant(instant(text))).toBe(shown);
  });

  it.each([
    ["2001-03-01T12:00+01:00", "2001-03-01T11:00"],
    ["2001-03-01T12:00+0530", "2001-03-01T06:30"],
    ["2001-03-01T12:00-08", "2001-03-01T20:00"],
    ["2001-01-01T00:30+01", "2000-12-31T23:30"],
    ["1969-12-31T23:59:59.999999-00:00", "1969-12-31T23:59:59.999999"],
  ])("takes a zone's offset off: %s is %s", (text, utc) => {
    expect(instant(text)).toBe(instant(utc));
  });

  it("floors what is finer than a microsecond, also before 1970", () => {
    expect(instant("1970-01-01T00:00:00.0000019Z")).toBe(1n);
    expect(instant("1969-12-31T23:59:59.999999999Z")).toBe(-1n);
  });

  it("keeps a bigint as it is", () => {
    expect(instant(-5n)).toBe(-5n);
  });

  it.each([
    "",
    "now",
    "2001",
    "2001-13-01",
    "2001-00-01",
    "2001-02-29",
    "1900-02-29",
    "2001-04-31",
    "2001-03-00",
    "2001-03-01T24:00",
    "2001-03-01T12:60",
    "2001-03-01T12:00:60",
    "2001-03-01T12",
    "2001-03-01T12:00+24:00",
    "2001-03-01T12:00+01:60",
    "2001-03-01T12:00 Europe/Berlin",
    "12001-03-01",
    "2001-3-1",
    "983448000000000",
    "+294247-01-10T04:00:54.775808Z",
    "-290308-12-21T19:59:05.224191Z",
  ])("%j is none", (text) => {
    expect(tryInstant(text)).toBeNull();
    expect(() => instant(text)).toThrow(
      `INSTANT_INVALID: '${text}' is not an instant; write it as 2001-03-01T12:00:00Z, with up to six digits`,
    );
  });
});

describe("days", () => {
  it("read back as the same day, over all of int32", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (days) => {
        expect(parseDays(formatDays(days))).toBe(days);
      }),
    );
  });

  it.each(["2001-02-29", "2001-03-01T00:00", "", "2001-03", "+5881580-07-12", "-9999999-01-01"])(
    "%j is none",
    (text) => {
      expect(parseDays(text)).toBeNull();
    },
  );
});

describe("parts of an instant", () => {
  it("are those of Date in UTC", () => {
    fc.assert(
      fc.property(ofDate, (ms) => {
        const date = new Date(ms);
        expect(hourOf(BigInt(ms) * 1000n)).toBe(date.getUTCHours());
        expect(weekdayOf(BigInt(ms) * 1000n)).toBe(date.getUTCDay() || 7);
      }),
    );
  });

  it("belong to the microsecond's own hour and day below 1970", () => {
    expect(hourOf(-1n)).toBe(23);
    expect(weekdayOf(0n)).toBe(4);
    expect(weekdayOf(-1n)).toBe(3);
    expect(weekdayOf(-DAY)).toBe(3);
  });
});

describe("floorTo", () => {
  it("is the greatest multiple at or below, on both sides of 1970", () => {
    fc.assert(
      fc.property(int64, fc.bigInt({ min: 1n, max: 12n * DAY }), (at, hop) => {
        const floor = floorTo(at, hop);
        expect(floor % hop).toBe(0n);
        expect(floor <= at && at - floor < hop).toBe(true);
      }),
    );
  });

  it("rounds towards minus infinity below 1970", () => {
    expect(floorTo(-1n, 60n)).toBe(-60n);
    expect(floorTo(-60n, 60n)).toBe(-60n);
    expect(floorTo(59n, 60n)).toBe(0n);
  });
});
