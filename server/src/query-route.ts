import { failedReply } from "./failed-reply.js";
import type { GraphQLError } from "./graphql.js";
import type { Ask, Incoming, Reply, Route, Work } from "./pipeline.js";
import { type Log, presentError, requestIdOf } from "./present-errors.js";
import { type QueryResult, queryResult } from "./print-query.js";
import type { QueryPlan, ServiceField, Variables } from "./query-plan.js";
import type { QueryPlans } from "./query-plans.js";

export interface QueryRouteOptions {
  readonly plans: () => QueryPlans | Promise<QueryPlans>;
  readonly maxBodyBytes: number;
  /** Origins of web pages are Yoga's business, where there are any. */
  readonly origins: boolean;
  readonly log: Log;
}

/** GraphQL without executing it: from a document that is known to keys, and from columns to the answer's text. */
export function queryRoute({ plans, maxBodyBytes, origins, log }: QueryRouteOptions): Route {
  return {
    path: "/graphql",
    maxBodyBytes,
    parse: (incoming) => {
      const type = replyType(incoming);
      if (type === null || (origins && incoming.header("origin") !== undefined)) return null;
      const body = bodyOf(incoming.body);
      if (body === null) return null;
      const planned = (known: QueryPlans): Work | null => {
        const plan = known.of(body.query);
        return plan && work(plan, body, type, incoming, log);
      };
      const known = plans();
      return known instanceof Promise ? known.then(planned) : planned(known);
    },
    fail: (error, incoming) => failedReply(error, incoming, log),
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

/** Null where it is anything but a query with its variables. */
function bodyOf(bytes: Buffer): Body | null {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { query, variables = null, operationName = null, ...others } = body as Readonly<Record<string, unknown>>;
  for (const name in others) if (others[name] !== null) return null;
  if (typeof query !== "string" || typeof variables !== "object" || Array.isArray(variables)) return null;
  if (operationName !== null && typeof operationName !== "string") return null;
  return { query, variables: (variables ?? {}) as Variables, operation: operationName };
}

function work(plan: QueryPlan, body: Body, type: string, incoming: Incoming, log: Log): Work | null {
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

function print({ data, errors }: QueryResult, type: string, incoming: Incoming, log: Log): Reply {
  const headers = { "content-type": `${type}; charset=utf-8` };
  if (errors.length === 0) return { status: 200, headers, body: JSON.stringify({ data }) };
  const requestId = requestIdOf(incoming.header("x-request-id"));
  const shown = errors.map((error) => withoutInternals(presentError(error, requestId, log)));
  return { status: 200, headers, body: JSON.stringify({ errors: shown, data }) };
}

/** What Yoga takes out of an error's extensions before it prints it. */
function withoutInternals(error: GraphQLError): object {
  const { extensions, ...shown } = error.toJSON();
  const { http: _http, unexpected: _unexpected, ...rest } = extensions ?? {};
  return Object.keys(rest).length > 0 ? { ...shown, extensions: rest } : shown;
}
