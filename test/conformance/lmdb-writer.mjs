// Writes run after run into an LMDB store until it is killed; lmdb.test.ts starts it.
// It needs what `tsc -b packages/online` built, as a child process has no part in vitest's sources.
import { crc32 } from "node:zlib";
import { openLmdbStore } from "../../packages/online/dist/lmdb-store.js";
import { packStates } from "../../packages/online/dist/states-writer.js";

const [path, project, firstRun, runs, keys] = process.argv.slice(2);
const SIGN_BIT = 1n << 63n;

function state(run, i) {
  const value = Buffer.alloc(13 + 90 + (i % 40) + 4, run % 251);
  value[0] = 1;
  value.writeBigUInt64BE(5n ^ SIGN_BIT, 1);
  value.writeUInt32BE(run, 9);
  value.writeUInt32LE(crc32(value.subarray(0, -4)), value.length - 4);
  return value;
}

const store = await openLmdbStore({ path, project });
process.stdout.write("open\n");
for (let run = Number(firstRun); run < Number(firstRun) + Number(runs); run++) {
  const states = Array.from({ length: Number(keys) }, (_, i) => ({
    key: Buffer.from(`key ${i}`),
    value: state(run, i),
  }));
  await store.write(1, packStates(states));
  await store.publish(1, { t: 5n, run });
  process.stdout.write(`published ${run}\n`);
}
await store.close();
