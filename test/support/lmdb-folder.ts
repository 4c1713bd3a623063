import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OnlineStore, openOnlineStore } from "@lockstep/online";

/** An embedded online store in a folder of its own; `end` closes it and removes the folder. */
export async function lmdbFolder(): Promise<{ store: OnlineStore; path: string; end: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  const store = await openOnlineStore({ kind: "lmdb", path }, "p");
  const end = async () => {
    await store.close();
    await rm(path, { recursive: true });
  };
  return { store, path, end };
}
