import { Readable } from "node:stream";
import type { PushInput, PushReport } from "lockstep";
import { describe, expect, it } from "vitest";
import { fakeStore, fs } from "./fake.js";

const REPORT: PushReport = {
  rows: 1_002,
  accepted: 1_000,
  duplicate: 0,
  late: 1,
  rejected: 1,
  deadLetter: "/home/flights-refused.ndjson",
  rejections: [{ row: 7, code: "ROW_INVALID", reason: "column 'delay': \"much\" is not a int64" }],
  seconds: 2,
};

/** A store that says what it was given. */
function taking(report: PushReport) {
  const given: { source?: string; input?: PushInput; text?: string } = {};
  const store = fakeStore({
    pushInput: async (source: string, input: PushInput) => {
      Object.assign(given, { source, input, text: "" });
      for await (const bytes of input.bytes) given.text += Buffer.from(bytes).toString();
      input.onProgress?.({ rows: report.rows, rowsPerSecond: 500 });
      return report;
    },
  });
  return { store, given };
}

describe("fs push", () => {
  it("sends standard input, says what became of the rows, and ends with 4 where some were refused", async () => {
    const { store, given } = taking(REPORT);
    const { code, out } = await fs("push flights", { store, stdin: Readable.from([Buffer.from("{}\n")]) });
    expect(given).toMatchObject({ source: "flights", text: "{}\n" });
    expect(given.input).toMatchObject({ format: "ndjson", deadLetter: "/home/flights-refused.ndjson" });
    expect(code).toBe(4);
    expect(out).toContain("accepted   1,000");
    expect(out).toContain("1, set aside in /home/flights-refused.ndjson");
    expect(out).toContain("ROW_INVALID");
  });

  it("tells a format by the file's ending, unless it is named", async () => {
    const { store, given } = taking({ ...REPORT, rejected: 0, deadLetter: null, rejections: [] });
    const ran = await fs("push flights - --format arrow --dead-letter bad.ndjson --json", { store });
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ source: "flights", accepted: 1_000, deadLetter: null });
    expect(given.input).toMatchObject({ format: "arrow", deadLetter: "/home/bad.ndjson" });
    const missing = await fs("push flights none.arrow", { store });
    expect(given.input).toMatchObject({ format: "arrow" });
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.err).toContain("FILE_UNREADABLE");
    expect((await fs("push flights --format csv", { store })).code).toBe(1);
  });
});
