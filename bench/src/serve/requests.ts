import { API_KEY } from "./api-key.js";
import { postOf, type Request } from "./connection.js";
import { FEATURES_PER_VIEW, SERVICE, serviceOf } from "./declarations.js";

/** How features are asked for. */
export type Way = "features" | "graphql";

/** What each request of a load asks for. */
export interface Question {
  readonly way: Way;
  /** How many, drawn at random. */
  readonly entities: number;
  /** How many of the views. */
  readonly views: number;
  /** Entities are drawn from so many. */
  readonly keys: number;
}

type Entity = { readonly customer_id: number };

interface Form {
  readonly path: string;
  readonly accept: string;
  readonly body: (entities: readonly Entity[], views: number) => object;
}

/** So many different requests of random entities, by a generator of its own seed: the same in every run. */
export function requestsOf({ way, entities, views, keys }: Question, count: number): Request[] {
  let seed = 12_345;
  const key = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * keys);
  };
  const { path, accept, body } = WAYS[way];
  const headers = [`accept: ${accept}`, `x-api-key: ${API_KEY}`];
  const batch = (): Entity[] => Array.from({ length: entities }, () => ({ customer_id: key() }));
  return Array.from({ length: count }, () => postOf(path, JSON.stringify(body(batch(), views)), headers));
}

const FIELDS = Array.from({ length: FEATURES_PER_VIEW }, (_, f) => `f${f}`).join(" ");
const membersOf = (views: number): string =>
  Array.from({ length: views }, (_, v) => `view_${v} { ${FIELDS} }`).join(" ");
const queryOf = (views: number): string =>
  `query ($entities: [RankingEntity!]!) { ${SERVICE}(entities: $entities) { t watermark rows { ${membersOf(views)} } } }`;

const JSON_TYPE = "application/json";
const features = (entities: readonly Entity[], views: number) => ({ service: serviceOf(views), entities });

const WAYS: { readonly [W in Way]: Form } = {
  features: { path: "/features", accept: JSON_TYPE, body: features },
  graphql: {
    path: "/graphql",
    accept: JSON_TYPE,
    body: (entities, views) => ({ query: queryOf(views), variables: { entities } }),
  },
};
