const LENGTH = 4;

/** A key's rows as a field holds them: each after its length as a big-endian uint32. */
export function splitRows(list: Buffer | null): Buffer[] {
  const rows: Buffer[] = [];
  if (list === null) return rows;
  for (let at = 0; at < list.length; ) {
    const end = at + LENGTH + list.readUInt32BE(at);
    rows.push(list.subarray(at + LENGTH, end));
    at = end;
  }
  return rows;
}
