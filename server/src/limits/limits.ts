/** What one request may ask for. */
export interface Limits {
  /** Fields within fields; introspection has a limit of its own, graphql's. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields of a document, fragments written out. */
  readonly fields: number;
  /** Words and signs of a document's text. */
  readonly tokens: number;
  /** Rows asked for, in all fields together. */
  readonly entities: number;
  /** Rows times columns, in all fields together. */
  readonly cost: number;
  /** Rows pushed, in all fields together. */
  readonly rows: number;
  readonly bodyBytes: number;
  readonly timeMs: number;
}

export const LIMITS: Limits = {
  depth: 10,
  aliases: 50,
  fields: 5_000,
  tokens: 15_000,
  entities: 10_000,
  cost: 1_000_000,
  rows: 10_000,
  bodyBytes: 4_000_000,
  timeMs: 10_000,
};
