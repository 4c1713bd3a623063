import type { AnswerOf, FeatureService } from "@lockstep/core";
import { within } from "./abort.js";
import type { CallOptions, Client, ClientOptions, ReadAnswer } from "./api.js";
import { type Catalog, fetchCatalog } from "./catalog.js";
import { LockstepClientError } from "./error.js";
import { formatInstant } from "./instant.js";
import { knownCatalog } from "./known-catalog.js";
import { type Connection, post } from "./post.js";
import { queryOf, type Wanted } from "./query.js";
import { type Restored, restore } from "./restore.js";
import { encode } from "./values.js";

type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * A client of one feature service, typed by its declaration.
 * @example
 * const client = createClient<typeof flightDelay>({ url: "http://localhost:4000", service: "flight_delay" });
 * const [row] = await client.features([{ origin: "ORD", destination: "SFO", scheduled: "2001-03-01T12:00:00Z" }]);
 */
export function createClient<S extends FeatureService>(options: ClientOptions<S>): Client<S> {
  const connection: Connection = {
    url: /\/graphql\/?$/.test(options.url) ? options.url : `${options.url.replace(/\/+$/, "")}/graphql`,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    headers: options.headers ?? {},
    timeoutMs: options.timeoutMs ?? 10_000,
  };
  const known = knownCatalog(() => fetchCatalog(connection, options.service));

  async function attempt(catalog: Catalog, rows: Rows, wanted: Wanted, call: CallOptions): Promise<Restored> {
    const { columns, text } = queryOf(catalog, wanted);
    const at = typeof call.at === "bigint" ? formatInstant(call.at) : call.at;
    const variables = { entities: rows.map((row) => entityOf(catalog, row)), at };
    return restore(catalog, columns, await post(connection, text, variables, call.signal));
  }

  /** A call that fails looks at the catalog again; where that has changed, the call is made once more. */
  async function answer(rows: Rows, wanted: Wanted, call: CallOptions): Promise<Restored> {
    const before = await within({ outer: call.signal }, known.get);
    try {
      return await attempt(before, rows, wanted, call);
    } catch (error) {
      if (!mayBeStale(error)) throw error;
      const after = await within({ outer: call.signal }, () => known.after(before));
      if (JSON.stringify(after) === JSON.stringify(before)) throw error;
      return attempt(after, rows, wanted, call);
    }
  }

  return {
    async features(rows, call = {}) {
      const restored = await answer(rows as Rows, { statuses: false }, call);
      if (restored.errors.length > 0) throw rowsFailed(restored);
      return restored.rows.map((row) => row.values as AnswerOf<S>);
    },
    // The catalog's types are the declaration's, which TypeScript can't see.
    read: async <C extends keyof AnswerOf<S> & string>(
      rows: unknown,
      call: CallOptions & { columns?: readonly C[] } = {},
    ) => (await answer(rows as Rows, { columns: call.columns, statuses: true }, call)) as unknown as ReadAnswer<S, C>,
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

/** Errors that no other catalog would have prevented. */
const UNRELATED = ["ABORTED", "TIMEOUT", "UNREACHABLE", "BAD_RESPONSE", "INTERNAL"];
const mayBeStale = (error: unknown): boolean => error instanceof LockstepClientError && !UNRELATED.includes(error.code);

function rowsFailed({ errors, rows }: Restored): LockstepClientError {
  const [first] = errors;
  return new LockstepClientError({
    code: "ROWS_FAILED",
    message: `Cells that failed in ${rows.length} rows: ${errors.length}; row ${first?.row}, ${first?.column}: ${first?.message}`,
    mend: "ask with `read` for those that did not",
    rows: errors,
  });
}
