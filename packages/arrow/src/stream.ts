import { type RecordBatch, RecordBatchStreamWriter, type Schema } from "apache-arrow";

/** Record batches as bytes of the Arrow IPC stream format. */
export function streamBytes(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  // So that a stream without a batch has its schema none the less.
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}
