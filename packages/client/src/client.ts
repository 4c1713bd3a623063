import { within } from "./abort.js";
import type { CallOptions, Client, ClientOptions, ReadAnswer } from "./api.js";
import { ask } from "./ask.js";
import { batched, type Waiting } from "./batch.js";
import { type Catalog, fetchCatalog } from "./catalog.js";
import { connectionOf, DEFAULT_TIMEOUT_MS } from "./connection.js";
import { LockstepClientError } from "./error.js";
import { formatInstant } from "./instant.js";
import { knownCatalog } from "./known-catalog.js";
import { pusherOver } from "./push.js";
import { queryOf, type Wanted } from "./query.js";
import { type Restored, restore } from "./restore.js";
import type { AnswerOf, AnyService, ColumnName } from "./service.js";
import { encode } from "./values.js";

type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * A client of one feature service, typed by its declaration or by what `fs codegen` wrote of it.
 * @example
 * const client = createClient<typeof flightDelay>({ url: "http://localhost:4000", service: "flight_delay" });
 * const [row] = await client.features([{ origin: "ORD", destination: "SFO", scheduled: "2001-03-01T12:00:00Z" }]);
 */
export function createClient<S extends AnyService>(options: ClientOptions<S>): Client<S> {
  const { service, timeoutMs = DEFAULT_TIMEOUT_MS, batchRows = 1_000 } = options;
  const connection = connectionOf(options);
  const named = (typeof service === "string" ? { name: service } : service) as { readonly name: string };
  const known = knownCatalog(
    () => fetchCatalog(connection, named.name),
    "entityType" in named ? (named as Catalog) : undefined,
  );
  const send = batched(async ({ query, at, rows }, patience) => {
    const reply = await ask(connection, query.text, { entities: rows, at }, patience);
    return restore(query, rows.length, reply);
  }, batchRows);

  function attempt(catalog: Catalog, rows: Rows, wanted: Wanted, at: CallOptions["at"], waiting: Waiting) {
    const asked = {
      query: queryOf(catalog, wanted),
      at: typeof at === "bigint" ? formatInstant(at) : (at as string | undefined),
      rows: rows.map((row) => entityOf(catalog, row)),
    };
    return send(asked, waiting);
  }

  /** A call that fails looks at the catalog again; where that has changed, the call is made once more. */
  function answer(rows: Rows, wanted: Wanted, call: CallOptions): Promise<Restored> {
    const bounds = { timeoutMs: call.timeoutMs ?? timeoutMs, outer: call.signal };
    return within(bounds, async (signal) => {
      const waiting = { signal, until: performance.now() + bounds.timeoutMs };
      const before = await known.get();
      try {
        return await attempt(before, rows, wanted, call.at, waiting);
      } catch (error) {
        if (signal.aborted || !mayBeStale(error)) throw error;
        const after = await known.after(before);
        if (JSON.stringify(after) === JSON.stringify(before)) throw error;
        return attempt(after, rows, wanted, call.at, waiting);
      }
    });
  }

  return {
    ...pusherOver(connection, timeoutMs),
    async features(rows, call = {}) {
      const restored = await answer(rows as Rows, { statuses: false }, call);
      if (restored.errors.length > 0) throw rowsFailed(restored);
      return restored.rows.map((row) => row.values as AnswerOf<S>);
    },
    // The catalog's types are the declaration's, which TypeScript can't see.
    read: async <C extends ColumnName<S>>(rows: unknown, call: CallOptions & { columns?: readonly C[] } = {}) =>
      (await answer(rows as Rows, { columns: call.columns, statuses: true }, call)) as unknown as ReadAnswer<S, C>,
    async query({ columns, statuses = false } = {}) {
      return queryOf(await known.get(), { columns, statuses }).text;
    },
  };
}

/** What the service asks for, of a row that may hold more. */
const entityOf = ({ inputs }: Catalog, row: Rows[number]): object =>
  Object.fromEntries(
    inputs.filter((i) => row[i.name] !== undefined).map(({ name, type }) => [name, encode(type, row[name])]),
  );

/** Errors that another catalog would have prevented. */
const STALE = /^(GRAPHQL_\w+|INPUT_MISSING|VALUE_INVALID|ANSWER_INVALID|COLUMN_UNKNOWN)$/;
const mayBeStale = (error: unknown): boolean => error instanceof LockstepClientError && STALE.test(error.code);

function rowsFailed({ errors, rows }: Restored): LockstepClientError {
  const [first] = errors;
  return new LockstepClientError({
    code: "ROWS_FAILED",
    message: `Cells that failed in ${rows.length} rows: ${errors.length}; row ${first?.row}, ${first?.column}: ${first?.message}`,
    mend: "ask with `read` for those that did not",
    rows: errors,
  });
}
