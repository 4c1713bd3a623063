import { API_KEY } from "./api-key.js";
import { postOf, type Request } from "./connection.js";
import { FEATURES_PER_VIEW, SERVICE, serviceOf } from "./declarations.js";

/** How features are asked for. The last two are Feast's: by a feature service, and by a list of features. */
export type Way = "features" | "arrow" | "graphql" | "feastService" | "feastList";

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
  const batch = (): number[] => Array.from({ length: entities }, key);
  return Array.from({ length: count }, () => requestOf(way, batch(), views));
}

/** One request of the entities with these ids. */
export function requestOf(way: Way, ids: readonly number[], views: number): Request {
  const { path, accept, body } = WAYS[way];
  const entities = ids.map((customer_id) => ({ customer_id }));
  return postOf(path, JSON.stringify(body(entities, views)), [`accept: ${accept}`, `x-api-key: ${API_KEY}`]);
}

const FIELDS = Array.from({ length: FEATURES_PER_VIEW }, (_, f) => `f${f}`);
const viewsOf = (views: number): string[] => Array.from({ length: views }, (_, v) => `view_${v}`);
const queryOf = (views: number): string => {
  const members = viewsOf(views).map((view) => `${view} { ${FIELDS.join(" ")} }`);
  return `query ($entities: [RankingEntity!]!) { ${SERVICE}(entities: $entities) { t watermark rows { ${members.join(" ")} } } }`;
};

const JSON_TYPE = "application/json";
const ARROW_TYPE = "application/vnd.apache.arrow.stream";
const features = (entities: readonly Entity[], views: number) => ({ service: serviceOf(views), entities });
const asFeast = (entities: readonly Entity[]) => ({
  entities: { customer_id: entities.map(({ customer_id }) => customer_id) },
  full_feature_names: true,
});

const WAYS: { readonly [W in Way]: Form } = {
  features: { path: "/features", accept: JSON_TYPE, body: features },
  arrow: { path: "/features", accept: ARROW_TYPE, body: features },
  graphql: {
    path: "/graphql",
    accept: JSON_TYPE,
    body: (entities, views) => ({ query: queryOf(views), variables: { entities } }),
  },
  feastService: {
    path: "/get-online-features",
    accept: JSON_TYPE,
    body: (entities, views) => ({ feature_service: serviceOf(views), ...asFeast(entities) }),
  },
  feastList: {
    path: "/get-online-features",
    accept: JSON_TYPE,
    body: (entities, views) => ({
      features: viewsOf(views).flatMap((view) => FIELDS.map((name) => `${view}:${name}`)),
      ...asFeast(entities),
    }),
  },
};
