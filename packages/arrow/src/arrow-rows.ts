import { LockstepError, type Value } from "@lockstep/core";
import { type Data, RecordBatchReader } from "apache-arrow";
import { arrowColumn, typeOfArrow } from "./arrow-column.js";

/** The rows of Arrow IPC, a stream or a file. */
export async function* arrowRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Record<string, Value>> {
  try {
    const reader = await RecordBatchReader.from(bytes);
    for await (const batch of reader) {
      const columns = batch.schema.fields.map(({ name, type }, i) => {
        const column = arrowColumn(batch.data.children[i] as Data, typeOfArrow(type, `rows, column '${name}'`));
        return [name, column] as const;
      });
      for (let row = 0; row < batch.numRows; row++) {
        yield Object.fromEntries(columns.map(([name, column]) => [name, column.get(row)]));
      }
    }
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new LockstepError(
      {
        code: "ROWS_FORMAT",
        place: "rows",
        what: `they can't be read as Arrow IPC: ${what}`,
        mend: "write them without compression",
      },
      { cause: error },
    );
  }
}
