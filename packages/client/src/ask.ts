import { LockstepClientError } from "./error.js";
import { type Connection, type Patience, post } from "./post.js";

export interface ServerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly [key: string]: unknown };
}

export interface GraphqlReply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ServerError[];
}

/** Asks in GraphQL. What keeps the query from being answered at all is a LockstepClientError. */
export const ask = (
  connection: Connection,
  query: string,
  variables: object,
  patience?: Patience,
): Promise<GraphqlReply> =>
  post<GraphqlReply>(
    connection,
    {
      path: "/graphql",
      body: { query, variables },
      read: (json) => ("data" in json || "errors" in json ? (json as GraphqlReply) : undefined),
    },
    patience,
  );

/** The field of an answer to a query that asks for nothing else. */
export async function askFor<T>(connection: Connection, field: string, query: string, variables: object): Promise<T> {
  const { data, errors } = await ask(connection, query, variables);
  if (errors?.[0]) throw callError(errors[0]);
  return data?.[field] as T;
}

/** The error that a whole call fails with. */
export const callError = ({ message, extensions }: ServerError): LockstepClientError =>
  errorOf({ ...extensions, message });

/** A server's error, as far as it says what is wrong. */
export function errorOf(said: Readonly<Record<string, unknown>>): LockstepClientError {
  const text = (key: string) => (typeof said[key] === "string" ? said[key] : undefined);
  return new LockstepClientError({
    code: text("code") ?? "UNKNOWN",
    message: text("message") ?? "the server failed",
    mend: text("mend"),
    place: text("place"),
    requestId: text("requestId"),
  });
}
