// One materialization as a process of its own, which crash.test.ts kills. It needs what `tsc -b` built.
import { materialize } from "@lockstep/ingest";
import { Database, localSources } from "@lockstep/offline";
import { openOnlineStore } from "@lockstep/online";
import { openRegistry } from "@lockstep/registry";

const { online, registryPath, watermark, full } = JSON.parse(process.argv[2]);
const say = (text) => process.stdout.write(`${text}\n`);

const [db, store, registry] = await Promise.all([
  Database.open({ threads: 1 }),
  openOnlineStore(online, "p"),
  openRegistry(registryPath),
]);
const { head: version } = await registry.state();
const context = { db, version, sources: localSources("/"), store, registry, now: BigInt(watermark) };
const onProgress = ({ phase }) => say(phase);
const [{ mode }] = await materialize(context, { watermark: BigInt(watermark), full, onProgress });
say(`ended ${mode}`);
await store.close();
db.close();
