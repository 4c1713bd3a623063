/** What makes a row worth asking for. */
export type Occasion =
  | "T"
  | "now"
  | "random"
  | "window start"
  | "window end"
  | "ttl end"
  | "early event"
  | "tie"
  | "never seen"
  | "null key"
  | "pushed"
  | "served";
