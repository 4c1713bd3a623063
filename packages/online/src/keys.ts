import {
  type Column,
  type Kind,
  LockstepError,
  type TypeIR,
  tryFromWire,
  typeName,
  typeRow,
  type Value,
} from "@lockstep/core";
import { ByteReader, BytesInvalid } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import type { KeyWriter } from "./states-writer.js";
import { valueCodec } from "./value-codec.js";

const writer = new ByteWriter();

/**
 * An entity key's bytes: the entity's name, then each part by its type, all self-delimiting, so that no two keys
 * share them. Null where a part is null: such a key is one never seen.
 */
export function encodeKey(entity: string, types: readonly TypeIR[], values: readonly Value[]): Uint8Array | null {
  begin(entity);
  for (const [i, type] of types.entries()) {
    const value = keyPart(entity, type, values[i]);
    if (value === null) return null;
    valueCodec(type).write(writer, value);
  }
  return writer.take();
}

function begin(entity: string): void {
  writer.begin();
  writer.text(entity);
}

/** The same from the columns of a key's parts, row by row. */
export function keyEncoder(entity: string, columns: readonly Column[]): (row: number) => Uint8Array | null {
  const write = keyWriter(entity, columns);
  return (row) => {
    writer.begin();
    return write(writer, row) ? writer.take() : null;
  };
}

/** Writes the key of a row: straight from the columns' bytes where those are the value's one form. */
export function keyWriter(entity: string, columns: readonly Column[]): KeyWriter {
  const types = columns.map(({ type }) => type);
  if (!types.every(({ kind }) => ONE_FORM.has(kind))) {
    return (out, row) => {
      const key = encodeKey(
        entity,
        types,
        columns.map((column) => column.get(row)),
      );
      if (key) out.raw(key);
      return key !== null;
    };
  }
  begin(entity);
  const head = writer.take();
  const parts = columns.map((column) => valueCodec(column.type).cells(column));
  return (out, row) => {
    for (const column of columns) if (!column.valid(row)) return false;
    out.raw(head);
    for (const write of parts) write(out, row);
    return true;
  };
}

const ONE_FORM: ReadonlySet<Kind> = new Set<Kind>(["bool", "int32", "int64", "timestamp", "string"]);

export function decodeKey(bytes: Uint8Array, entity: string, types: readonly TypeIR[]): Value[] {
  try {
    const reader = new ByteReader(bytes);
    const found = reader.text();
    if (found !== entity) throw new BytesInvalid(`it is one of '${found}'`);
    const values = types.map((type) => valueCodec(type).read(reader));
    reader.finish();
    return values;
  } catch (error) {
    if (!(error instanceof BytesInvalid)) throw error;
    throw new LockstepError({
      code: "KEY_CORRUPT",
      place: `entity '${entity}'`,
      what: `these bytes are no key: ${error.message}`,
    });
  }
}

/** The value in its one form, so that equal keys have equal bytes. */
function keyPart(entity: string, type: TypeIR, given: Value | undefined): Value {
  const value = typeRow(type).key ? tryFromWire(type, given) : undefined;
  if (value !== undefined) return value;
  throw new LockstepError({
    code: "KEY_INVALID",
    place: `entity '${entity}'`,
    what: typeRow(type).key ? `a part of the key is not a ${typeName(type)}` : `a ${typeName(type)} cannot be a key`,
  });
}
