import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordBatchStreamWriter, Table, TimestampMicrosecond, Utf8, vectorFromArray } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fs, serve, workspace } from "./run-fs.js";

describe("fs push", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-push-"));
    expect(await fs(folder, ["init", "."])).toMatchObject({ code: 0 });
    await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
    const features = join(folder, "features.ts");
    const text = await readFile(features, "utf8");
    await writeFile(
      features,
      text.replace(
        `eventTime: "ordered_at",`,
        `eventTime: "ordered_at", knownAt: "ordered_at", id: ["customer_id", "ordered_at"], lookback: "1h", push: true,`,
      ),
    );
    expect(await fs(folder, ["apply"])).toMatchObject({ code: 0 });
    expect(await fs(folder, ["materialize"])).toMatchObject({ code: 0 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ever = async (customer: string) => {
    const { out } = await fs(folder, ["get", "next_order", `customer_id=${customer}`, "--json"]);
    return [/"spending__orders_ever"[^}]*?"value": "?(\w+)/s.exec(out)?.[1], /"watermark": "([^"]*)"/.exec(out)?.[1]];
  };
  const lines = (...rows: unknown[]) =>
    rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n");

  it("leaves lookback before now to the source", async () => {
    expect(await ever("c1")).toEqual(["5", "2026-01-06T23:00:00.000000Z"]);
  });

  it("takes good rows, answers each, and sets bad ones aside with the reason", async () => {
    await writeFile(
      join(folder, "rows.ndjson"),
      lines(
        { customer_id: "c1", ordered_at: "2026-01-06T23:30:00Z", amount: 12.5 },
        { customer_id: "c1", ordered_at: "2026-01-06T22:30:00Z", amount: 12.5 },
        "{nonsense",
        { customer_id: "c9", ordered_at: "2026-01-06T23:40:00Z", amount: "much" },
        { customer_id: "c1", ordered_at: "2026-01-06T23:30:00Z", amount: 12.5 },
        { customer_id: "c9", ordered_at: "2026-01-06T23:50:00Z" },
      ),
    );
    const pushed = await fs(folder, ["push", "orders", "rows.ndjson", "--json"]);
    expect(pushed.code).toBe(4);
    expect(JSON.parse(pushed.out)).toMatchObject({ rows: 6, accepted: 2, duplicate: 1, late: 1, rejected: 2 });
    const bad = (await readFile(join(folder, "orders-refused.ndjson"), "utf8")).trim().split("\n");
    expect(bad.map((line) => JSON.parse(line))).toMatchObject([
      { number: 3, text: "{nonsense", code: "ROW_INVALID" },
      { number: 4, row: { customer_id: "c9", amount: "much" }, reason: "column 'amount': \"much\" is not a float64" },
    ]);
    expect((await ever("c1"))[0]).toBe("6");
    expect((await ever("c9"))[0]).toBe("1");
    const parity = await fs(folder, ["parity", "--json"]);
    expect(JSON.parse(parity.out)).toMatchObject({ differ: 0 });
    expect(parity.code).toBe(0);
  });

  it("takes Arrow, and the runs that follow keep what the source has not got yet", async () => {
    const at = Date.parse("2026-01-06T23:55:00Z");
    const writer = RecordBatchStreamWriter.writeAll(
      new Table({
        customer_id: vectorFromArray(["c9"], new Utf8()),
        ordered_at: vectorFromArray([at], new TimestampMicrosecond()),
        amount: vectorFromArray(Float64Array.of(3)),
      }),
    );
    await writeFile(join(folder, "rows.arrow"), await writer.toUint8Array());
    const pushed = await fs(folder, ["push", "orders", "rows.arrow", "--json"]);
    expect(pushed).toMatchObject({ code: 0 });
    expect(JSON.parse(pushed.out)).toMatchObject({ accepted: 1, rejected: 0, deadLetter: null });
    expect((await ever("c9"))[0]).toBe("2");
    expect(await fs(folder, ["materialize"])).toMatchObject({ code: 0 });
    expect((await ever("c9"))[0]).toBe("2");
    expect(await fs(folder, ["materialize", "--full", "--at", "2026-01-07T00:00:00Z"])).toMatchObject({ code: 0 });
    expect((await ever("c9"))[0]).toBe("0");
    expect((await ever("c1"))[0]).toBe("5");
  });

  it("is taken by every worker of a server, and read from every one; none of them has loaded DuckDB", async () => {
    const path = join(folder, "lockstep.config.ts");
    const config = await readFile(path, "utf8");
    await writeFile(path, config.replace(/dev: \{/, "dev: { server: { push: true },"));
    const { url, pid, stop } = await serve(folder, ["--workers", "2"]);
    const post = async (where: string, body: object) => {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      return (await fetch(`${url}${where}`, init)).json();
    };
    const rows = Array.from({ length: 20 }, (_, i) => ({
      customer_id: "c7",
      ordered_at: `2026-01-07T00:30:${10 + i}Z`,
      amount: 1,
    }));
    for (const [i, row] of rows.entries()) {
      expect(await post("/push", { source: "orders", rows: [row] })).toEqual({ answers: [{ status: "ACCEPTED" }] });
      const query = `{ next_order(entities: [{customer_id: "c7"}], at: "2026-01-07T01:00:00Z") { rows { spending { orders_ever } } } }`;
      const { data } = (await post("/graphql", { query })) as { data: { next_order: { rows: unknown } } };
      expect(data.next_order.rows).toEqual([{ spending: { orders_ever: String(i + 1) } }]);
    }
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('lockstep_pushed_rows_total{source="orders",answer="ACCEPTED"} 20');
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
    for (const worker of children.trim().split(" ").filter(Boolean)) {
      expect(await readFile(`/proc/${worker}/maps`, "utf8")).not.toContain("duckdb");
    }
    expect(await stop()).toBe(0);
  }, 240_000);

  it("mistakes are sentences", async () => {
    const unknown = await fs(folder, ["push", "order", "rows.ndjson"]);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain("did you mean 'orders'?");
    const missing = await fs(folder, ["push", "orders", "none.ndjson"]);
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("none.ndjson");
    expect(missing.err).not.toMatch(/\n\s+at /);
  });
});
