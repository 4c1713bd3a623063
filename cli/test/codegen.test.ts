import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, count, featureService, featureView, parquet, type RepoIR, t } from "@lockstep/core";
import { catalogOf, type RunningServer, startServer } from "@lockstep/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { everyType } from "../../server/test/every-type.js";
import { example, fakeReader, healthy } from "../../server/test/example.js";
import { moduleText } from "../src/codegen/module-text.js";
import { fakeStore, fs } from "./fake.js";

let cwd = "";
const running: RunningServer[] = [];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "lockstep-codegen-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  await rm(cwd, { recursive: true });
});

const GENERATED = "../../packages/client/test/generated/services.ts";
const storeOf = (repo: RepoIR) => fakeStore({ definitions: async () => ({ version: 2, repo }) });

test("a module of services, the same whatever their order", async () => {
  const catalogs = [everyType, example].map(catalogOf);
  const services = catalogs.flatMap((catalog) => catalog.services);
  const sources = catalogs.flatMap((catalog) => catalog.sources);
  expect([...services, ...sources].map(({ name }) => name)).toEqual(["everything", "flight_delay", "things"]);
  // The client's tests compare its types with those of the declarations.
  await expect(moduleText({ services, sources })).toMatchFileSnapshot(GENERATED);
  const reversed = { services: [...services].reverse(), sources: [...sources].reverse() };
  expect(moduleText(reversed)).toBe(moduleText({ services, sources }));
});

test("it is printed, or written where it changes, and --check says whether it would be", async () => {
  const printed = await fs("codegen", { cwd });
  expect(printed).toMatchObject({ code: 0, err: "" });
  expect(printed.out).toContain(`export const flightDelay: Service<"flight_delay", `);
  const check = () => fs("codegen --out src/features.ts --check", { cwd });
  expect(await check()).toMatchObject({ code: 5, out: "out of date src/features.ts: run `fs codegen` again\n" });
  const write = () => fs("codegen --out src/features.ts", { cwd });
  expect(await write()).toMatchObject({ code: 0, out: "src/features.ts: flight_delay\n" });
  const file = join(cwd, "src/features.ts");
  expect(await readFile(file, "utf8")).toBe(printed.out);
  const { mtimeMs } = await stat(file);
  expect(await write()).toMatchObject({ code: 0, out: "src/features.ts is up to date: flight_delay\n" });
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  expect((await check()).code).toBe(0);
  await writeFile(file, "// older");
  expect((await check()).code).toBe(5);
  expect(await readFile(file, "utf8")).toBe("// older");
  expect(JSON.parse((await fs("codegen --out src/features.ts --check --json", { cwd })).out)).toMatchObject({
    services: ["flight_delay"],
    upToDate: false,
  });
});

test("of some services, and none that there is not", async () => {
  const orders = parquet("orders", { path: "o.parquet", columns: { at: t.timestamp() }, eventTime: "at" });
  const all = featureView("all", {
    source: orders,
    features: () => ({ n: count().over("1d").describe("Not */ ended"), m: count().over("2d") }),
    deprecated: { m: "ask for n" },
  });
  const repo = compileRepo("p", [featureService("delete", [all], { owner: "me" }), featureService("b_c", [all])]).ir;
  const store = storeOf(repo);
  const only = await fs("codegen --service delete", { store });
  expect(only.out).toMatchInlineSnapshot(`
    "// Written by \`fs codegen\`. To change it, change the declarations, apply them, and run that again.
    import type { Service } from "@lockstep/client";

    /** What a request for \`delete\` gives for one row. */
    export interface DeleteRequest {}

    /** What an answer of \`delete\` holds for one row. */
    export interface DeleteAnswer {
      /**
       * Not *\\/ ended
       * As declared: int64
       */
      readonly all__n: bigint | null;
      /**
       * As declared: int64
       * @deprecated ask for n
       */
      readonly all__m: bigint | null;
    }

    /** Owner: me. */
    export const delete_: Service<"delete", DeleteRequest, DeleteAnswer> = {
      name: "delete",
      entityType: "DeleteEntity",
      inputs: [],
      columns: [
        { column: "all__n", member: "all", feature: "n", type: { kind: "int64" } },
        { column: "all__m", member: "all", feature: "m", type: { kind: "int64" } },
      ],
    };
    "
  `);
  expect((await fs("codegen", { store })).out).toContain("export const bC: ");
  const unknown = await fs("codegen --service delet", { store });
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain("there is no feature service 'delet' (did you mean 'delete'?)");
  expect((await fs("codegen --check", { store })).err).toContain("name it with --out");
});

test("of sources that take pushes, and are over a view", async () => {
  const columns = { at: t.timestamp(), id: t.int64(), "odd name": t.string() };
  const options = { path: "o.parquet", columns, eventTime: "at", knownAt: "at", id: "id", push: true } as const;
  const orders = parquet("orders", { ...options, description: "What was bought" });
  const visits = parquet("visits", { ...options, columns: { at: t.timestamp(), id: t.int64() } });
  const closed = parquet("closed", { path: "", columns: { at: t.timestamp() }, eventTime: "at" });
  const views = [orders, visits, closed].map((source) =>
    featureView(source.name, { source, features: () => ({ n: count().over("1d") }) }),
  );
  const repo = compileRepo("p", [featureService("visits", views)]).ir;
  const store = storeOf(repo);
  const only = await fs("codegen --source orders", { store });
  expect(only.out).toMatchInlineSnapshot(`
    "// Written by \`fs codegen\`. To change it, change the declarations, apply them, and run that again.
    import type { PushSource } from "@lockstep/client";

    /** A row to push to \`orders\`. A column that is left out is null. */
    export interface OrdersRow {
      /** As declared: timestamp */
      readonly at?: bigint | string | null;
      /** As declared: int64 */
      readonly id?: bigint | number | null;
      /** As declared: string */
      readonly "odd name"?: string | null;
    }

    /** What was bought */
    export const orders: PushSource<"orders", OrdersRow> = {
      name: "orders",
      columns: [
        { name: "at", type: { kind: "timestamp" } },
        { name: "id", type: { kind: "int64" } },
        { name: "odd name", type: { kind: "string" } },
      ],
    };
    "
  `);
  const both = await fs("codegen --source visits --service visits", { store });
  expect(both.out).toContain("export const visits: Service<");
  expect(both.out).toContain('export const visits_: PushSource<"visits", VisitsRow> = {');
  const unknown = await fs("codegen --source closed", { store });
  expect(unknown.err).toContain("there is no source that takes pushes called 'closed'");
});

test("from a running server it is the same", async () => {
  const key = "s".repeat(32);
  const grant = { operations: ["read", "push"], sources: ["things"] } as const;
  const start = async (repo: RepoIR, granted: object = grant) => {
    const pusher = { push: async () => [] };
    const options = { reader: fakeReader(repo, () => ({ value: null })), pusher, repo, health: healthy };
    const auth = { keys: [{ name: "k", sha256: createHash("sha256").update(key).digest("hex"), ...granted }] };
    const server = await startServer({ ...options, host: "127.0.0.1", port: 0, log: () => {}, auth });
    running.push(server);
    return server.url;
  };
  for (const repo of [example, everyType]) {
    const url = await start(repo);
    const there = await fs(["codegen", "--url", url, "--header", `x-api-key: ${key}`]);
    expect(there).toMatchObject({ code: 0, err: "", opened: [] });
    expect(there.out).toBe((await fs("codegen", { store: storeOf(repo) })).out);
    const refused = await fs(["codegen", "--url", `${url}/`]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("CATALOG_FAILED");
    expect(refused.err).toContain(`at ${url}/graphql`);
  }
  const reader = await start(everyType, {});
  const seen = await fs(["codegen", "--url", reader, "--header", `x-api-key: ${key}`]);
  expect(seen.out).toContain("export const everything");
  expect(seen.out).not.toContain("things");
  const foreign = createServer((_, response) => response.end(`{"data": {"_catalog": [{}], "_catalog_sources": []}}`));
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  const { port } = foreign.address() as AddressInfo;
  const wrong = await fs(["codegen", "--url", `http://127.0.0.1:${port}/graphql`]);
  foreign.close();
  expect(wrong.err).toContain("is not the catalog of a Lockstep server");
  expect((await fs("codegen --url http://127.0.0.1:1")).err).toContain("CATALOG_FAILED");
  expect((await fs(["codegen", "--url", "http://a", "--header", "nothing"])).err).toContain("'name: value'");
});

test("what a server says can't become code", async () => {
  const hostile = `x: 1 }; process.exit() //`;
  const [service] = catalogOf(example).services;
  const [source] = catalogOf(everyType).sources;
  if (!service || !source) throw new Error("there is a service, and a source that takes pushes");
  const text = moduleText({
    services: [
      { ...service, description: `a */ ${hostile}`, inputs: [{ ...service.inputs[0], name: hostile } as never] },
    ],
    sources: [{ ...source, description: `a */ ${hostile}`, columns: [{ name: hostile, type: { kind: "bool" } }] }],
  });
  expect(text).toContain(JSON.stringify(hostile));
  expect(text).not.toMatch(/\*\/ x: 1/);
});
