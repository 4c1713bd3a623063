import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OnlineStore, openRedisStore, packStates, type RedisOptions } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, authority, type Certificate } from "../support/certificates.js";
import { askRedis, type RedisServer, startRedis } from "../support/redis-server.js";
import { hex, stamp, state, write } from "./states.js";

/** Wrong is wrong at once: nothing here is worth a retry. */
const BRIEF = { project: "p", commandTimeout: 1_500, connectTimeout: 1_000, retries: 0 };

describe("redis with TLS", () => {
  let folder: string;
  let trusted: Authority;
  let client: Certificate;
  let server: RedisServer;
  const cleanups: (() => Promise<unknown>)[] = [];

  /** Listens without TLS too, so that a test can see that it is up, and with TLS on the port after. */
  const start = async ({ cert, key }: Certificate, clients: "yes" | "no"): Promise<RedisServer> => {
    const started = await startRedis({
      below: 65_535,
      program: async (port, dir) => [
        ...["--bind", "127.0.0.1", "--port", String(port), "--tls-port", String(port + 1), "--dir", dir, "--save", ""],
        ...["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", trusted.path],
        ...["--tls-auth-clients", clients],
      ],
    });
    cleanups.push(() => started.stop());
    return started;
  };
  const open = async (options: Partial<RedisOptions> = {}, to = server): Promise<OnlineStore> => {
    const store = await openRedisStore({ url: `rediss://127.0.0.1:${to.port + 1}`, ...BRIEF, ...options });
    cleanups.push(() => store.close());
    return store;
  };
  const goesThrough = async (store: OnlineStore): Promise<void> => {
    await store.write(1, packStates([write("k", stamp(1))]));
    await store.publish(1, stamp(1));
    const { states, published } = await store.read([{ key: Buffer.from("k"), generations: [1] }], [1]);
    expect([hex(states[0]?.[0]), published.get(1)]).toEqual([hex(state(stamp(1))), stamp(1)]);
  };
  const refused = async (store: OnlineStore, what: RegExp): Promise<void> => {
    const error = await store.ping().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "LockstepError", code: "ONLINE_UNAVAILABLE" });
    expect(String(error)).toMatch(what);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-tls-"));
    trusted = await authority(folder, "trusted");
    client = await trusted.sign("client");
    server = await start(await trusted.sign("server", "IP:127.0.0.1"), "no");
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    await rm(folder, { recursive: true });
  });

  test("rediss:// and the authority to trust are all it takes", async () => {
    await goesThrough(await open({ tls: { ca: trusted.ca } }));
  });

  test("redis:// does as well, where TLS is asked for beside it", async () => {
    await goesThrough(await open({ url: `redis://127.0.0.1:${server.port + 1}`, tls: { ca: trusted.ca } }));
  });

  test("an authority that is not known, or another one, is an error that says so", async () => {
    await refused(await open(), /TLS.*tls\.ca/s);
    const other = await authority(folder, "other");
    await refused(await open({ tls: { ca: other.ca } }), /TLS.*tls\.ca/s);
  });

  test("a client without TLS is an error that names it", async () => {
    await refused(await open({ url: `redis://127.0.0.1:${server.port + 1}` }), /TLS/);
  });

  test("a certificate of another name is refused, unless that is the server's name", async () => {
    const named = await start(await trusted.sign("named", "DNS:redis.internal"), "no");
    await refused(await open({ tls: { ca: trusted.ca } }, named), /TLS/);
    await goesThrough(await open({ tls: { ca: trusted.ca, servername: "redis.internal" } }, named));
  });

  test("a server that wants to see a certificate is shown one", async () => {
    const strict = await start(await trusted.sign("strict", "IP:127.0.0.1"), "yes");
    const [cert, key] = await Promise.all([readFile(client.cert), readFile(client.key)]);
    await goesThrough(await open({ tls: { ca: trusted.ca, cert, key } }, strict));
    await refused(await open({ tls: { ca: trusted.ca } }, strict), /TLS/);
  });

  test("a user of the URL, with the rights on its keys alone, over TLS", async () => {
    const own = await start(await trusted.sign("own", "IP:127.0.0.1"), "no");
    expect(await askRedis(own.port, "ACL SETUSER features on >s3cret ~lockstep:* +@all")).toMatch(/^\+OK/);
    expect(await askRedis(own.port, "ACL SETUSER default resetpass")).toMatch(/^\+OK/);
    const login = (user: string, password: string) => `rediss://${user}:${password}@127.0.0.1:${own.port + 1}`;
    const tls = { ca: trusted.ca };
    await goesThrough(await open({ url: login("features", "s3cret"), tls }, own));
    await refused(await open({ url: login("features", "wr0ng"), tls }, own), /credentials/);
    await refused(await open({ url: login("nobody", "s3cret"), tls }, own), /credentials/);
    await refused(await open({ tls }, own), /credentials/);
    const elsewhere = await open({ url: login("features", "s3cret"), tls, keyPrefix: "other:" }, own);
    await expect(elsewhere.write(1, packStates([write("k", stamp(1))]))).rejects.toThrow(/rights/);
  });
});
