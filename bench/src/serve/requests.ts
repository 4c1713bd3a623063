import { postOf, type Request } from "./connection.js";
import { FEATURES_PER_VIEW, SERVICE, VIEWS } from "./declarations.js";

/** How features are asked for. */
export type Way = "features" | "graphql";

/** So many different requests of random entities, by a generator of its own seed: the same in every run. */
export function requestsOf(way: Way, entities: number, keys: number, count: number): Request[] {
  let seed = 12_345;
  const key = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * keys);
  };
  const { path, body } = WAYS[way];
  return Array.from({ length: count }, () =>
    postOf(path, JSON.stringify(body(Array.from({ length: entities }, () => ({ customer_id: key() }))))),
  );
}

const FIELDS = Array.from({ length: FEATURES_PER_VIEW }, (_, f) => `f${f}`).join(" ");
const MEMBERS = Array.from({ length: VIEWS }, (_, v) => `view_${v} { ${FIELDS} }`).join(" ");
const QUERY = `query ($entities: [RankingEntity!]!) { ${SERVICE}(entities: $entities) { t watermark rows { ${MEMBERS} } } }`;

const WAYS: { readonly [W in Way]: { readonly path: string; readonly body: (entities: object[]) => object } } = {
  features: { path: "/features", body: (entities) => ({ service: SERVICE, entities }) },
  graphql: { path: "/graphql", body: (entities) => ({ query: QUERY, variables: { entities } }) },
};
