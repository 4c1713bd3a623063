import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instant } from "@lockstep/core";
import { afterEach, expect, test, vi } from "vitest";
import { loadConfig } from "../src/config/index.js";
import { repoFolder } from "./repo-folder.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

const withConfig = (body: string) =>
  repoFolder({
    "lockstep.config.ts": `import { defineConfig, env } from "@lockstep/core";\nexport default defineConfig(${body});`,
  });
const load = (body: string, environment?: string) =>
  loadConfig({ cwd: withConfig(body), ...(environment === undefined ? {} : { environment }) });

test("a project's name is enough", async () => {
  const root = withConfig('{ project: "shop" }');
  const config = await loadConfig({ cwd: root });
  expect({ ...config, online: config.online(), server: config.server() }).toEqual({
    root,
    file: join(root, "lockstep.config.ts"),
    project: "shop",
    environment: "dev",
    featuresFile: join(root, "features.ts"),
    registryPath: join(root, ".lockstep/dev/registry"),
    evidencePath: join(root, ".lockstep/dev/evidence"),
    evidence: { keys: true, keep: 100 },
    dataRoot: root,
    clock: null,
    duckdb: {},
    server: { host: "127.0.0.1", port: 6571, workers: 1, limits: {}, guard: {}, logRequests: false, push: false },
    parity: { budget: null, rate: null, allow: 0 },
    online: { kind: "lmdb", path: join(root, ".lockstep/dev/online") },
  });
});

test("everything that is set arrives, paths from the configuration's folder", async () => {
  const root = withConfig(`{
    project: "shop", features: "src/f.ts", parity: { budget: "90s", rate: 500, allow: "0.1%" },
    environments: { prod: {
      registry: "/srv/registry", online: { kind: "redis", url: "redis://h:1", keyPrefix: "x" }, dataRoot: "../data",
      clock: "2001-06-15T12:00:00Z", duckdb: { memoryLimit: "8GB", threads: 2 }, server: { host: "0.0.0.0", port: 80 },
    } },
  }`);
  mkdirSync(join(root, "a/b"), { recursive: true });
  const config = await loadConfig({ cwd: join(root, "a/b") });
  expect({ ...config, online: config.online(), server: config.server() }).toMatchObject({
    environment: "prod",
    featuresFile: join(root, "src/f.ts"),
    registryPath: "/srv/registry",
    dataRoot: join(root, "../data"),
    clock: instant("2001-06-15T12:00:00Z"),
    duckdb: { memoryLimit: "8GB", threads: 2 },
    server: { host: "0.0.0.0", port: 80 },
    parity: { budget: 90_000_000, rate: 500, allow: 0.001 },
    online: { kind: "redis", url: "redis://h:1", keyPrefix: "x" },
  });
});

test("a secret is read when it is used, and its absence names the variable", async () => {
  const root = withConfig(
    '{ project: "shop", environments: { prod: { online: { kind: "redis", url: env("SHOP_REDIS") } } } }',
  );
  vi.stubEnv("SHOP_REDIS", "");
  const config = await loadConfig({ cwd: root });
  expect(() => config.online()).toThrow("SECRET_MISSING at environment variable SHOP_REDIS");
  vi.stubEnv("SHOP_REDIS", "redis://secret");
  expect(config.online()).toEqual({ kind: "redis", url: "redis://secret" });
  expect(JSON.stringify(config)).not.toContain("secret");
});

test("every arrangement of Redis servers, its times in milliseconds, its secrets and certificates read", async () => {
  const root = withConfig(`{ project: "shop", environments: {
    sentinel: { online: {
      kind: "redis-sentinel", master: "features", sentinels: ["a:26379", "[::1]:26379"], database: 2,
      password: env("SHOP_PASSWORD"), sentinelPassword: env("SHOP_PASSWORD"), connectTimeout: "2s", retries: 4,
    } },
    cluster: { online: {
      kind: "redis-cluster", nodes: ["a:7000"], tls: { ca: "ca.pem", serverName: "redis" }, username: "features",
      commandTimeout: "250ms", replicas: 1, replicaTimeout: "1m", sweepRate: 5000, natMap: { "10.0.0.1:7000": "a:7000" },
    } },
    broken: { online: { kind: "redis", tls: { ca: "none.pem" } } },
  } }`);
  writeFileSync(join(root, "ca.pem"), "a certificate");
  vi.stubEnv("SHOP_PASSWORD", "s3cret");
  const onlineOf = async (environment: string) => (await loadConfig({ cwd: root, environment })).online();
  expect(await onlineOf("sentinel")).toEqual({
    kind: "redis-sentinel",
    master: "features",
    sentinels: ["a:26379", "[::1]:26379"],
    database: 2,
    password: "s3cret",
    sentinelPassword: "s3cret",
    connectTimeout: 2000,
    retries: 4,
  });
  expect(await onlineOf("cluster")).toEqual({
    kind: "redis-cluster",
    nodes: ["a:7000"],
    natMap: { "10.0.0.1:7000": "a:7000" },
    tls: { ca: Buffer.from("a certificate"), servername: "redis" },
    username: "features",
    commandTimeout: 250,
    replicas: 1,
    replicaTimeout: 60_000,
    sweepRate: 5000,
  });
  await expect(onlineOf("broken")).rejects.toThrow(
    /CONFIG_INVALID at .*none\.pem: it can't be read, and tls\.ca names it/,
  );
});

const two = (more = "") => `{ project: "shop", ${more} environments: { staging: {}, prod: {} } }`;

test("the environment: asked for, LOCKSTEP_ENV, the default, the only one, dev", async () => {
  const chosen = async (body: string, environment?: string) => (await load(body, environment)).environment;
  expect(await chosen(two('defaultEnvironment: "prod",'))).toBe("prod");
  expect(await chosen('{ project: "shop", environments: { only: {} } }')).toBe("only");
  expect(await chosen('{ project: "shop", environments: { dev: {}, prod: {} } }')).toBe("dev");
  vi.stubEnv("LOCKSTEP_ENV", "staging");
  expect(await chosen(two('defaultEnvironment: "prod",'))).toBe("staging");
  expect(await chosen(two(), "prod")).toBe("prod");
});

test("an environment that there is not is never made up", async () => {
  await expect(load(two(), "prd")).rejects.toThrow(/ENVIRONMENT_UNKNOWN .*'prd' \(did you mean 'prod'\?\)/);
  await expect(load(two())).rejects.toThrow(/it has several environments, and none is chosen; choose one of staging/);
  await expect(load('{ project: "shop" }', "prod")).rejects.toThrow(/there is no environment 'prod'/);
});

test.each([
  ['{ projct: "shop" }', /there is no setting 'projct' \(did you mean 'project'\?\)/],
  ['{ project: "shop", registry: "r" }', /there is no setting 'registry': there is project, features/],
  ['{ project: "a", environments: { x: { servr: {} } } }', /environments\.x: there is no setting 'servr' \(did you/],
  ['{ project: "a", environments: { x: { online: { kind: "redis", port: 1 } } } }', /x\.online: .*'port'/],
  [
    '{ project: "a", environments: { x: { online: { kind: "mysql" } } } }',
    /online\.kind: choose 'lmdb', 'redis', 'redis-sent/,
  ],
  ['{ project: "a", environments: { x: { online: { kind: "redis", url: 3 } } } }', /url: write text, or env\('NAME'\)/],
  ['{ project: "a", environments: { x: { online: { kind: "redis-cluster", nodes: [] } } } }', /nodes: give at least/],
  ['{ project: "a", environments: { x: { online: { kind: "redis-cluster", nodes: ["h"] } } } }', /0: write an address/],
  ['{ project: "a", environments: { x: { online: { kind: "redis-sentinel", sentinels: ["h:1"] } } } }', /master/],
  ['{ project: "a", environments: { x: { online: { kind: "redis", retries: -1 } } } }', /online\.retries: /],
  ['{ project: "a", environments: { x: { online: { kind: "redis", tls: "yes" } } } }', /tls: write true, or the files/],
  [
    '{ project: "a", environments: { x: { online: { kind: "redis", commandTimeout: 5 } } } }',
    /online\.commandTimeout: /,
  ],
  ['{ project: "a", environments: { x: { clock: "noon" } } }', /x\.clock: write an instant such as/],
  ['{ project: "a", environments: { x: { registry: "s3://b/r" } } }', /x\.registry: it must be a folder/],
  ['{ project: "a", environments: { x: { server: { port: 70000 } } } }', /x\.server\.port: /],
  ['{ project: "a", parity: { budget: "soon" } }', /parity\.budget: write a duration/],
  ["{}", /project: name the project/],
  ['{ project: "my-shop" }', /project: use letters/],
])("%s is refused", async (body, message) => {
  const error = await load(body).catch((e) => e);
  expect(error).toMatchObject({ code: "CONFIG_INVALID" });
  expect(error.message).toMatch(message);
});

test("every mistake is told", async () => {
  const error = await load('{ projct: "a", environments: { x: { clock: "noon" } } }').catch((e) => e);
  expect(error.diagnostics).toHaveLength(3);
});

test("a configuration that is not there, does not parse, fails or exports nothing", async () => {
  await expect(loadConfig({ cwd: repoFolder({}) })).rejects.toMatchObject({ code: "CONFIG_MISSING" });
  const loading = (text: string) => loadConfig({ cwd: repoFolder({ "lockstep.config.ts": text }) });
  await expect(loading("export default {")).rejects.toThrow(/CONFIG_LOAD at lockstep\.config\.ts:1:/);
  await expect(loading('throw new Error("no network");')).rejects.toThrow(/it failed while it was loaded: no network/);
  await expect(loading("export const a = 1;")).rejects.toThrow(/CONFIG_INVALID .*it has no default export/);
});

test("a configuration is a module of Node: other files, its own modules, its own place", async () => {
  const root = repoFolder({
    "lockstep.config.mjs": `import { defineConfig } from "lockstep";
      import { basename, dirname } from "node:path";
      import legacy from "./legacy.cjs";
      import { fileURLToPath } from "node:url";
      const here = basename(dirname(fileURLToPath(import.meta.url)));
      export default defineConfig({ project: legacy.project, environments: { [here]: {} } });`,
    "legacy.cjs": 'const { join } = require("path"); module.exports = { project: join("shop") };',
  });
  const config = await loadConfig({ cwd: root });
  expect([config.project, config.environment]).toEqual(["shop", root.split("/").at(-1)]);
});

test("the server's settings: secrets hashed, times in milliseconds, paths from the folder", async () => {
  const body = `{
    project: "shop",
    environments: { prod: { server: {
      workers: 2, tls: { cert: "tls/cert.pem", key: "tls/key.pem" }, cors: { origins: ["https://app.example"] },
      tracing: { endpoint: "http://collector:4318", sample: "10%" },
      auth: {
        keys: [{ name: "a", key: env("SERVER_KEY"), services: ["s"] }, { name: "b", sha256: "${"0".repeat(64)}", operations: ["operate"] }],
        jwt: { jwks: "keys.json", issuer: "https://i.example", audience: "features", grants: { "*": {} } },
      },
      limits: { time: "3s", body: 1000, depth: 5 }, guard: { timeout: "500ms", pause: "2s", queued: 0 },
      persisted: { file: "documents.json", only: true }, log: "requests",
    } } },
  }`;
  const config = await load(body);
  expect(() => config.server()).toThrow("SECRET_MISSING");
  vi.stubEnv("SERVER_KEY", "k");
  expect(config.server()).toEqual({
    host: "127.0.0.1",
    port: 6571,
    workers: 2,
    tls: { cert: join(config.root, "tls/cert.pem"), key: join(config.root, "tls/key.pem") },
    cors: { origins: ["https://app.example"] },
    tracing: { endpoint: "http://collector:4318", sample: 0.1 },
    auth: {
      keys: [
        { name: "a", sha256: "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a", services: ["s"] },
        { name: "b", sha256: "0".repeat(64), operations: ["operate"] },
      ],
      tokens: {
        jwks: join(config.root, "keys.json"),
        issuer: "https://i.example",
        audience: ["features"],
        algorithms: ["RS256", "ES256"],
        clockToleranceSeconds: 30,
        claim: "scope",
        grants: { "*": {} },
      },
    },
    limits: { timeMs: 3_000, bodyBytes: 1_000, depth: 5 },
    guard: { timeoutMs: 500, openMs: 2_000, queued: 0 },
    persisted: { file: join(config.root, "documents.json"), only: true },
    logRequests: true,
    push: false,
  });
});

test.each([
  ['{ auth: "nobody" }', "auth"],
  ["{ auth: {} }", "give keys or jwt, or write 'none'"],
  ['{ auth: { keys: [{ name: "a" }] } }', "give key or sha256"],
  ['{ auth: { keys: [{ name: "a", key: "plain" }] } }', "a key is not for a file"],
  ['{ auth: { keys: [{ name: "a", sha256: "12" }] } }', "64 digits"],
  ['{ auth: { jwt: { jwks: "f", issuer: "i", audience: "a", grants: {} } } }', "what a token permits"],
  ['{ auth: { jwt: { jwks: "f", issuer: "i", audience: "a", algorithms: ["HS256"], grants: { a: {} } } } }', "RS256"],
  [
    '{ auth: { jwt: { jwks: "f", issuer: "i", audience: "a", grants: { a: { operations: ["push"] } } } } }',
    "name the sources",
  ],
  ['{ auth: { keys: [{ name: "a", key: env("K"), sources: ["s"] }] } }', "`push` and sources come together"],
  ['{ push: "yes" }', "push"],
  ["{ limits: { dept: 3 } }", "did you mean 'depth'"],
  ['{ tracing: { endpoint: "collector:4318" } }', "http://collector:4318"],
  ['{ tracing: { sample: "ten" } }', "write a part"],
  ['{ cors: { origins: ["app"] } }', "https://app.example"],
  ['{ cors: { origins: ["https://app.example/"] } }', "write an origin"],
  ['{ cors: { origins: ["*"], credentials: true } }', "name the origins"],
])("a server of %s is refused", async (server, text) => {
  await expect(load(`{ project: "a", environments: { x: { server: ${server} } } }`)).rejects.toThrow(text);
});
