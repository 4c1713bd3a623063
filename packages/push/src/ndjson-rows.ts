import type { InputRow } from "./push-input.js";

/** Rows of JSON, one a line, numbered from 1 on. Blank lines are none. */
export async function* ndjsonRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<InputRow> {
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  const row = (line: string): InputRow[] => {
    number++;
    if (line.trim() === "") return [];
    try {
      return [{ number, row: JSON.parse(line) }];
    } catch (error) {
      return [
        { number, text: line, reason: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` },
      ];
    }
  };
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield* row(line);
  }
  yield* row(rest + decoder.decode());
}
