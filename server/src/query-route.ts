import { isLockstepError } from "@lockstep/core";
import { GraphQLError } from "./graphql.js";
import type { HttpStatus } from "./http-status.js";
import { bodyTooLarge } from "./limits/limit-error.js";
import type { Logger } from "./logs/logger.js";
import type { DocumentParams } from "./persisted/persisted-documents.js";
import type { Ask, Incoming, Reply, Route, Work } from "./pipeline.js";
import { noteCodes, presentError } from "./present-errors.js";
import { type QueryResult, queryResult } from "./print-query.js";
import type { QueryPlan, ServiceField, Variables } from "./query-plan.js";
import { BodyTooLarge } from "./read-body.js";
import type { RequestState } from "./requests/request-state.js";

export interface QueryRouteOptions {
  readonly maxBodyBytes: number;
  readonly log: Logger;
  /** The text of the document that a request means; throws where it may not be answered. */
  readonly document: (params: DocumentParams) => string | null;
}

/** GraphQL without executing it: from a document that is known to keys, and from columns to the answer's text. */
export function queryRoute({ maxBodyBytes, log, document }: QueryRouteOptions): Route {
  return {
    path: "/graphql",
    maxBodyBytes,
    parse: (incoming) => {
      const type = replyType(incoming);
      if (type === null) return null;
      const body = bodyOf(incoming.body, document);
      if (body === null) return null;
      const plan = incoming.version.plans.of(body.query);
      return plan && work(plan, body, type, incoming, log);
    },
    fail: (error, incoming) => failedQuery(error, incoming.state, log),
  };
}

const JSON_TYPE = "application/json";
const RESPONSE_TYPE = "application/graphql-response+json";

/** The type that Yoga would answer with; null where only Yoga knows. */
function replyType({ header }: Incoming): string | null {
  const sent = header("content-type");
  if (sent !== JSON_TYPE && sent !== "application/json; charset=utf-8" && sent !== "application/json;charset=UTF-8")
    return null;
  const accept = header("accept");
  if (accept === undefined || accept === "*/*" || accept === JSON_TYPE || accept === "application/json, */*")
    return JSON_TYPE;
  return accept === RESPONSE_TYPE || accept === `${RESPONSE_TYPE}, ${JSON_TYPE}` ? RESPONSE_TYPE : null;
}

interface Body {
  readonly query: string;
  readonly variables: Variables;
  readonly operation: string | null;
}

/** Null where it is anything but a query with its variables, or one that Yoga has to refuse. */
function bodyOf(bytes: Buffer, document: QueryRouteOptions["document"]): Body | null {
  let body: unknown;
  let query: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
    if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
    query = document(body);
  } catch {
    return null;
  }
  const { variables = null, operationName = null } = body as Readonly<Record<string, unknown>>;
  for (const name in body) {
    if (!PARAMS.has(name) && (body as Readonly<Record<string, unknown>>)[name] !== null) return null;
  }
  if (typeof query !== "string" || typeof variables !== "object" || Array.isArray(variables)) return null;
  if (operationName !== null && typeof operationName !== "string") return null;
  return { query, variables: (variables ?? {}) as Variables, operation: operationName };
}

const PARAMS = new Set(["query", "documentId", "extensions", "variables", "operationName"]);

function work(plan: QueryPlan, body: Body, type: string, incoming: Incoming, log: Logger): Work | null {
  if (body.operation !== null && body.operation !== plan.operation) return null;
  const variables = plan.variables(body.variables);
  if (variables === null) return null;
  const asks: Ask[] = [];
  for (const field of plan.fields) {
    if (field.kind !== "service") continue;
    const ask = askOf(field, variables);
    if (ask === null) return null;
    asks.push(ask);
  }
  return { asks, print: (settled) => print(queryResult(plan, settled), type, incoming, log) };
}

function askOf({ service, columns, args }: ServiceField, variables: Variables): Ask | null {
  const given = args(variables);
  if (given === null) return null;
  const { entities, at } = given;
  return {
    service,
    rows: entities as Ask["rows"],
    options: {
      ...(typeof at === "bigint" ? { at } : {}),
      ...(columns === undefined ? {} : { columns }),
    },
  };
}

function print({ data, errors }: QueryResult, type: string, { state }: Incoming, log: Logger): Reply {
  const headers = { "content-type": `${type}; charset=utf-8` };
  if (errors.length === 0) return { status: 200, headers, body: JSON.stringify({ data }) };
  const presented = errors.map((error) => presentError(error, state.id, log));
  noteCodes(state, presented);
  const http = greatestStatus(presented);
  const body = JSON.stringify({ errors: presented.map(withoutInternals), data });
  return { status: http?.status ?? 200, headers: { ...headers, ...http?.headers }, body };
}

/** As Yoga does: of several errors that say something of the whole request, the greatest status. */
function greatestStatus(errors: readonly GraphQLError[]): HttpStatus | undefined {
  const said = errors.flatMap((error) => (error.extensions["http"] as HttpStatus | undefined) ?? []);
  return said.length === 0 ? undefined : said.reduce((a, b) => (b.status > a.status ? b : a));
}

/** A request of which nothing was answered. */
function failedQuery(cause: unknown, state: RequestState, log: Logger): Reply {
  const large = cause instanceof BodyTooLarge ? bodyTooLarge(cause.limit) : cause;
  const error = presentError(new GraphQLError("", { originalError: large as Error }), state.id, log);
  noteCodes(state, [error]);
  const http = greatestStatus([error]) ?? { status: isLockstepError(large) ? 400 : 500 };
  const headers = { "content-type": `${JSON_TYPE}; charset=utf-8`, ...http.headers };
  return { status: http.status, headers, body: JSON.stringify({ errors: [withoutInternals(error)] }) };
}

/** What Yoga takes out of an error's extensions before it prints it. */
function withoutInternals(error: GraphQLError): object {
  const { extensions, ...shown } = error.toJSON();
  const { http: _http, unexpected: _unexpected, ...rest } = extensions ?? {};
  return Object.keys(rest).length > 0 ? { ...shown, extensions: rest } : shown;
}
