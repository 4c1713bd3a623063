import { isLockstepError, type StateLayout, type TypeIR, toWire, type ViewIR } from "@lockstep/core";
import { decodeKey } from "../keys.js";
import { GIVEN_ENTITY, ID_ENTITY, isGivenKey, isIdKey } from "./id-key.js";

/** What people call a key that has rows: an entity's by its columns, an id's by the values of the id. */
export function keyName({ entity, keys }: ViewIR, { ledger }: StateLayout, key: Uint8Array): string {
  const ids = ledger?.id ?? [];
  try {
    if (isIdKey(key)) return `id ${values(key, ID_ENTITY, ids)}`;
    if (isGivenKey(key)) return `id ${values(key, GIVEN_ENTITY, ids)}`;
    const types = keys.map((k) => k.type);
    return `${entity ?? "the view's one key"} ${values(key, entity ?? "", types)}`.trimEnd();
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return `key 0x${Buffer.from(key).toString("hex")}`;
  }
}

const values = (key: Uint8Array, entity: string, types: readonly TypeIR[]): string =>
  decodeKey(key, entity, types)
    .map((value, i) => JSON.stringify(toWire(types[i] as TypeIR, value)))
    .join(", ");
