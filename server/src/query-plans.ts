import { type GraphQLSchema, validate } from "./graphql.js";
import { checkDocument } from "./limits/check-document.js";
import { LIMITS, type Limits } from "./limits/limits.js";
import { parseDocument } from "./limits/parse-document.js";
import { planQuery } from "./plan-query.js";
import type { QueryPlan } from "./query-plan.js";
import type { ServiceShape } from "./service-shape.js";

const MOST = 1_000;
const LONGEST = 100_000;

/** The plans of the documents last seen, by their text: those that came up least recently are forgotten. */
export class QueryPlans {
  readonly #schema: GraphQLSchema;
  readonly #services: readonly ServiceShape[];
  readonly #limits: Limits;
  readonly #known = new Map<string, QueryPlan | null>();
  #last = "";

  constructor(schema: GraphQLSchema, services: readonly ServiceShape[], limits: Limits = LIMITS) {
    this.#schema = schema;
    this.#services = services;
    this.#limits = limits;
  }

  /** Null: the document is Yoga's to answer, or to refuse. */
  of(text: string): QueryPlan | null {
    const present = this.#known.get(text);
    if (present !== undefined) {
      if (text !== this.#last) {
        this.#known.delete(text);
        this.#known.set(text, present);
        this.#last = text;
      }
      return present;
    }
    if (text.length > LONGEST) return null;
    const plan = this.#plan(text);
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(text, plan);
    return plan;
  }

  #plan(text: string): QueryPlan | null {
    try {
      const document = parseDocument(text, this.#limits);
      if (checkDocument(document, this.#limits).length > 0) return null;
      return validate(this.#schema, document).length > 0 ? null : planQuery(this.#schema, this.#services, document);
    } catch {
      // No GraphQL: Yoga says why.
      return null;
    }
  }
}
