import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundled } from "./bundled.js";

const CLIENT = "../../packages/client/src/index.ts";
const read = (file: string) => readFile(fileURLToPath(new URL(file, import.meta.url)), "utf8");

test("the whole client, minified and gzipped, is below 10 kB, and what the docs say", async () => {
  const size = gzipSync(await bundled(CLIENT, { minify: true }), { level: 9 }).length;
  console.info(`the client: ${size} bytes minified and gzipped`);
  expect(size).toBeLessThan(10_240);
  const said = `less than ${Math.ceil(size / 1_024)} kB`;
  expect(await read("../../README.md")).toContain(said);
  expect(await read("../../docs/client.md")).toContain(said);
});

test("it imports nothing, and asks for nothing that only Node has", async () => {
  const text = await bundled(CLIENT);
  expect(text).not.toMatch(/\b(import|require)\s*\(|^import /m);
  expect(text).not.toMatch(/\b(process|Buffer|__dirname|global)\b/);
});

test("it works with no more than an edge runtime's globals, and a fetch that is given", async () => {
  const sandbox = createContext({
    AbortController,
    clearTimeout,
    performance,
    setTimeout,
    // What a worker passes to another one instead of going through the network.
    fetch: () => Promise.reject(new Error("the platform's fetch was used")),
  });
  const script = (await bundled(CLIENT)).replace(/export \{([^}]*)\};\s*$/, "globalThis.client = {$1};");
  runInContext(script, sandbox);
  const answer = `{"data":{"s":{"t":"2001-03-01T12:00:00.000000Z","watermark":null,"rows":[{"v":{"n":"9007199254740993"}}]}}}`;
  const service = {
    name: "s",
    entityType: "SEntity",
    inputs: [],
    columns: [{ column: "v__n", member: "v", feature: "n", type: { kind: "int64" } }],
  };
  const reply = { status: 200, headers: new Map(), text: async () => answer };
  const client = sandbox["client"].createClient({ url: "http://any", service, fetch: async () => reply });
  expect(await client.features([{}])).toEqual([{ v__n: 9007199254740993n }]);
});
