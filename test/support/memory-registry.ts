import { type Entry, logRegistry, type Registry } from "@lockstep/registry";

/** A registry that nothing outlives. */
export function memoryRegistry(): Registry {
  const entries: Entry[] = [];
  const blobs = new Map<string, Uint8Array>();
  return logRegistry({
    place: "memory",
    read: async (after) => entries.slice(after),
    append: async (sequence, event) => {
      if (entries.length + 1 !== sequence) return false;
      entries.push({ sequence, event });
      return true;
    },
    putBlob: async (hash, bytes) => void blobs.set(hash, bytes),
    getBlob: async (hash) => blobs.get(hash) ?? null,
  });
}
