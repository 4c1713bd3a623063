import type { PushAnswer } from "@lockstep/core";
import { within } from "./abort.js";
import type { ConnectionOptions, Pusher } from "./api.js";
import { errorOf } from "./ask.js";
import { fetchSource, type SourceCatalog } from "./catalog.js";
import { connectionOf, DEFAULT_TIMEOUT_MS } from "./connection.js";
import { LockstepClientError } from "./error.js";
import { type KnownCatalog, knownCatalog } from "./known-catalog.js";
import { type Connection, type Patience, post } from "./post.js";
import { encode } from "./values.js";

type Row = Readonly<Record<string, unknown>>;

/**
 * A client that only pushes, typed by the sources' declarations or by what `fs codegen` wrote of them.
 * @example
 * const pusher = createPusher({ url: "http://localhost:4000" });
 * await pusher.push<typeof orders>("orders", [{ customer_id: "c1", ordered_at: "2026-01-06T23:30:00Z", amount: 7 }]);
 */
export const createPusher = (options: ConnectionOptions): Pusher =>
  pusherOver(connectionOf(options), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);

export function pusherOver(connection: Connection, timeoutMs: number): Pusher {
  const catalogs = new Map<string, KnownCatalog<SourceCatalog>>();
  const catalogOf = (source: string | SourceCatalog) => {
    const name = typeof source === "string" ? source : source.name;
    // A declaration's columns are no list.
    const given = typeof source === "object" && Array.isArray(source.columns) ? source : undefined;
    const known = catalogs.get(name) ?? knownCatalog(() => fetchSource(connection, name), given);
    catalogs.set(name, known);
    return known;
  };
  return {
    push: (source, given, call = {}) => {
      const rows = given as readonly object[] as readonly Row[];
      const known = catalogOf(source as string | SourceCatalog);
      const bounds = { timeoutMs: call.timeoutMs ?? timeoutMs, outer: call.signal };
      return within(bounds, async (signal) => {
        const until = performance.now() + bounds.timeoutMs;
        const first = await known.get();
        const catalog = rows.some((row) => hasMore(row, first)) ? await known.after(first) : first;
        return send(connection, catalog, rows, { signal, until });
      });
    },
  };
}

/** Whether a row has a column that the catalog doesn't know: it may be older than the source. */
const hasMore = (row: Row, { columns }: SourceCatalog): boolean =>
  Object.keys(row).some((name) => !columns.some((c) => c.name === name));

async function send(
  connection: Connection,
  { name, columns }: SourceCatalog,
  rows: readonly Row[],
  patience: Patience,
): Promise<readonly PushAnswer[]> {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  // What there is no column for is sent like an integer: the server says that there is none.
  const encoded = (row: Row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [column, encode(types.get(column) ?? { kind: "int64" }, value)]),
    );
  const answers = await post(
    connection,
    {
      path: "/push",
      body: { source: name, rows: rows.map(encoded) },
      read: ({ answers, error }) => {
        if (Array.isArray(answers)) return answers as readonly PushAnswer[];
        return typeof error === "object" && error !== null ? errorOf(error as Row) : undefined;
      },
    },
    patience,
  );
  if (answers.length === rows.length) return answers;
  throw new LockstepClientError({
    code: "ANSWER_INVALID",
    place: name,
    message: `${rows.length} rows were pushed, and ${answers.length} are answered`,
    mend: "the server and what lies between must be of one version",
  });
}
