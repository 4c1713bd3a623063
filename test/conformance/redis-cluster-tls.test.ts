import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { openOnlineStore } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, authority } from "../support/certificates.js";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.js";
import { onlineStoreSuite } from "./online-store.suite.js";

const USER = { username: "features", password: "s3cret" };

/** Nothing is decided by how long a busy machine takes. */
const PATIENT = { connectTimeout: 20_000, commandTimeout: 60_000 };
/** For what fails anyhow, and is told when this is over. */
const BRIEF = { connectTimeout: 6_000, commandTimeout: 8_000, retries: 0 };

interface Secured {
  readonly cluster: RedisCluster;
  /** What it takes to get in. */
  readonly online: { kind: "redis-cluster"; nodes: readonly string[]; tls: { ca: Buffer } } & typeof USER &
    typeof PATIENT;
  stop(): Promise<void>;
}

/** Nobody gets in without TLS, and none but a user that has rights on the store's keys alone. */
async function secured(): Promise<Secured> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-cluster-tls-"));
  const trusted = await authority(folder, "trusted");
  const certificate = await trusted.sign("node", "IP:127.0.0.1");
  const user = { ...USER, rights: ["~lockstep:*", "+@all"] };
  const cluster = await startRedisCluster({ tls: { authority: trusted, certificate, user } });
  return {
    cluster,
    online: { kind: "redis-cluster", nodes: cluster.addresses, ...USER, tls: { ca: trusted.ca }, ...PATIENT },
    stop: async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

onlineStoreSuite("redis cluster with TLS and a user of its own", async () => {
  const { online, stop } = await secured();
  return { store: (project) => openOnlineStore(online, project), close: stop };
});

describe("redis cluster with TLS and a user of its own", () => {
  let under: Secured;
  let folder: string;
  let other: Authority;
  beforeAll(async () => {
    under = await secured();
    folder = await mkdtemp(join(tmpdir(), "lockstep-other-"));
    other = await authority(folder, "other");
  });
  afterAll(async () => {
    await under.stop();
    await rm(folder, { recursive: true, force: true });
  });

  // Side by side, since most of them is waiting.
  test.concurrent.each([
    ["an authority that is not known", () => ({ tls: true }), /TLS.*tls\.ca/s],
    ["another authority", () => ({ tls: { ca: other.ca } }), /TLS.*tls\.ca/s],
    ["a client without TLS", () => ({ tls: false }), /TLS/],
    ["a wrong password", () => ({ password: "wr0ng" }), /credentials/],
    ["a user that there is not", () => ({ username: "nobody" }), /credentials/],
    ["keys that the user has no rights on", () => ({ keyPrefix: "other:" }), /rights/],
  ])("%s is an error that says so, and shows no secret", async (_, options, what) => {
    const store = await openOnlineStore({ ...under.online, ...BRIEF, ...options() }, "p");
    const error = await store.read([], [1]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "LockstepError", code: "ONLINE_UNAVAILABLE" });
    expect(String(error)).toMatch(what);
    const shown = inspect(error, { depth: 10, showHidden: true });
    for (const secret of [USER.password, "wr0ng"]) expect(shown).not.toContain(secret);
    await store.close();
  });
});
