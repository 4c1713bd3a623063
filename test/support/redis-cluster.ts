import type { Authority, Certificate } from "./certificates.js";
import { redisCli, redisCliCluster } from "./redis-cli.js";
import { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server.js";
import { hold, until } from "./until.js";

export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  readonly addresses: readonly string[];
  /** Another node that copies one of the others; it takes over where it is told to. */
  addReplica(of: RedisServer): Promise<RedisServer>;
  stop(): Promise<void>;
}

export interface RedisClusterOptions {
  /** Nodes that are reached over TLS alone, from one another too, and by a user of this name alone. */
  readonly tls?: {
    readonly authority: Authority;
    readonly certificate: Certificate;
    readonly user: { readonly username: string; readonly password: string; readonly rights: readonly string[] };
  };
}

/** The bus has the port above by this much, and ports end at 65,535. */
const BUS = 10_000;
const OPTIONS = {
  below: 65_536 - BUS,
  // Nothing is decided by how long a busy machine takes: tests say when a node fails over.
  args: ["--cluster-enabled", "yes", "--cluster-node-timeout", "60000", "--repl-diskless-sync-delay", "0"],
};

/** A real Redis Cluster of three nodes on loopback ports. */
export async function startRedisCluster({ tls }: RedisClusterOptions = {}): Promise<RedisCluster> {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis(tls ? withTls(tls) : OPTIONS)));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${tls ? port + 1 : port}`);
  await redisCliCluster("create", ...addresses, ...(tls ? ["--tls", "--cacert", tls.authority.path] : []));
  await Promise.all(nodes.map(isOk));
  if (tls) await Promise.all(nodes.map(({ port }) => openTo(port, tls.user)));
  const all = [...nodes];
  return {
    nodes,
    addresses,
    addReplica: async (of) => {
      const replica = await startRedis(OPTIONS);
      all.push(replica);
      const id = await redisCli(of.port, "CLUSTER", "MYID");
      await redisCli(replica.port, "CLUSTER", "MEET", "127.0.0.1", String(of.port));
      await until(async () => hold((await redisCli(replica.port, "CLUSTER", "REPLICATE", id)) === "OK"));
      await until(async () => hold((await redisCli(of.port, "INFO", "replication")).includes("state=online")));
      await isOk(replica);
      // A node that has not heard of the replica would not believe it.
      const name = `:${replica.port}@`;
      const known = async ({ port }: RedisServer) => (await redisCli(port, "CLUSTER", "NODES")).split("\n");
      await Promise.all(
        nodes.map((node) =>
          until(async () => hold((await known(node)).some((line) => line.includes(name) && line.includes("slave")))),
        ),
      );
      return replica;
    },
    stop: async () => {
      await Promise.all(all.map((node) => node.stop()));
    },
  };
}

const isOk = ({ port }: RedisServer): Promise<void> =>
  until(async () => hold((await redisCli(port, "CLUSTER", "INFO")).includes("cluster_state:ok")));

type Tls = NonNullable<RedisClusterOptions["tls"]>;

/** TLS is on the port after the one without it, by which a test can see that it is up. */
function withTls({ authority, certificate: { cert, key } }: Tls): RedisServerOptions {
  return {
    below: OPTIONS.below - 1,
    program: async (port, dir) => [
      ...["--bind", "127.0.0.1", "--port", String(port), "--tls-port", String(port + 1), "--dir", dir, "--save", ""],
      ...["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", authority.path],
      ...["--tls-auth-clients", "no", "--tls-cluster", "yes", "--tls-replication", "yes"],
      ...OPTIONS.args,
    ],
  };
}

/** Opens a node to the user, and closes what was needed to set it up. */
async function openTo(port: number, { username, password, rights }: Tls["user"]): Promise<void> {
  await redisCli(port, "ACL", "SETUSER", username, "on", `>${password}`, ...rights);
  await redisCli(port, "ACL", "SETUSER", "default", "off");
  await redisCli(port, "--user", username, "--pass", password, "--no-auth-warning", "CONFIG", "SET", "port", "0");
}
