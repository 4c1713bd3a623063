import type { RepoIR } from "@lockstep/core";
import { type GraphQLSchema, validate } from "./graphql.js";
import { checkDocument } from "./limits/check-document.js";
import { LIMITS, type Limits } from "./limits/limits.js";
import { parseDocument } from "./limits/parse-document.js";
import { planQuery } from "./plan-query.js";
import type { QueryPlan } from "./query-plan.js";
import { type ServiceShape, serviceShapes } from "./service-shape.js";

const MOST = 1_000;
const LONGEST = 100_000;

/** The plans of the documents last seen, by their text: those that came up least recently are forgotten. */
export class QueryPlans {
  readonly #schema: GraphQLSchema;
  readonly #services: readonly ServiceShape[];
  readonly #known = new Map<string, QueryPlan | null>();

  readonly #limits: Limits;

  constructor(schema: GraphQLSchema, repo: RepoIR, limits: Limits = LIMITS) {
    this.#limits = limits;
    this.#schema = schema;
    this.#services = serviceShapes(repo);
  }

  /** Null: the document is Yoga's to answer, or to refuse. */
  of(text: string): QueryPlan | null {
    const present = this.#known.get(text);
    if (present !== undefined) {
      this.#known.delete(text);
      this.#known.set(text, present);
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
