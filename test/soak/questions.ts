import { postOf, type Request } from "../../bench/src/serve/connection.js";
import type { Random } from "../support/random.js";
import { SERVICE } from "./definitions.js";
import { CUSTOMERS, SHOPS, shopOf } from "./purchases.js";
import { KEY } from "./world.js";

export interface Entity {
  readonly customer_id: string;
  readonly shop_id: string;
}

export const WAYS = ["graphql", "features"] as const;
export type Way = (typeof WAYS)[number];

export interface Question {
  readonly way: Way;
  readonly entities: readonly Entity[];
  readonly request: Request;
}

const QUERY = `query ($entities: [CheckoutEntity!]!) { ${SERVICE}(entities: $entities) { t watermark rows {
  spending { definition amount spent mean_price largest }
  popularity { definition price sold buyers }
  made { version both }
} } }`;

const ASK: { readonly [W in Way]: (entities: readonly Entity[]) => readonly [path: string, body: object] } = {
  graphql: (entities) => ["/graphql", { query: QUERY, variables: { entities } }],
  features: (entities) => ["/features", { service: SERVICE, entities, statuses: true }],
};

/** Mostly of one entity, now and then of some. */
export function question(random: Random): Question {
  const way = WAYS[random(WAYS.length)] as Way;
  const size = random(10) < 8 ? 1 : 1 + random(10);
  const entities = Array.from({ length: size }, () => ({
    customer_id: String(random(CUSTOMERS)),
    shop_id: shopOf(random(SHOPS)),
  }));
  const [path, body] = ASK[way](entities);
  return { way, entities, request: postOf(path, JSON.stringify(body), [`authorization: Bearer ${KEY}`]) };
}
