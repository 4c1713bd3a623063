import type { Value } from "@lockstep/core";
import { encodeKey, readStamp, type Stamp } from "@lockstep/online";
import { keyHash } from "@lockstep/registry";
import type { Marks, ParityContext } from "./context.js";
import { keyOf } from "./pool.js";
import type { RateLimit } from "./rate-limit.js";
import { readKeys } from "./read-keys.js";
import type { Subject, SubjectView } from "./subject.js";

/** What is stored for a key: only its stamp is looked at. */
export interface StoredState {
  readonly member: SubjectView;
  readonly key: Uint8Array;
  /** Null: none is stored. */
  readonly stamp: Stamp | null;
  readonly mark: Stamp;
}

/** What is stored for each row's keys. */
export async function storedStates(
  { store, version, marks, limit }: ParityContext & { readonly marks: Marks; readonly limit: RateLimit },
  { members }: Subject,
  inputs: readonly (readonly Value[])[],
): Promise<StoredState[][]> {
  const reads = inputs.flatMap((input, row) =>
    members.flatMap((member) => {
      const key = keyBytes(member, input);
      return key === null ? [] : [{ row, member, key, generations: [version.generations[member.view.name] as number] }];
    }),
  );
  const out = inputs.map((): StoredState[] => []);
  for await (const { part, result } of readKeys({ store, limit }, reads, Object.values(version.generations))) {
    part.forEach(({ row, member, key }, i) => {
      const bytes = result.states[i]?.[0] ?? null;
      const mark = marks.get(member.view.name) as Stamp;
      out[row]?.push({ member, key, stamp: bytes === null ? null : stampOf(bytes), mark });
    });
  }
  return out;
}

const keyBytes = (member: SubjectView, input: readonly Value[]): Uint8Array | null =>
  encodeKey(
    member.view.entity ?? "",
    member.view.keys.map((k) => k.type),
    keyOf(input, member),
  );

function stampOf(bytes: Uint8Array): Stamp | null {
  try {
    return readStamp(bytes);
  } catch {
    return null;
  }
}

export const isForgotten = ({ state, version }: ParityContext, { member, key }: StoredState): boolean =>
  state.forgotten.length > 0 &&
  state.forgotten.some((f) => f.entity === member.view.entity && f.key === keyHash(version.repo.project, key));
