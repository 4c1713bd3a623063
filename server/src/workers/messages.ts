/** What worker and primary say to one another, beside what prom-client does. */
export type FromWorker = { readonly lockstep: "ask"; readonly id: number; readonly what: Question };
export type FromPrimary =
  | { readonly lockstep: "answer"; readonly id: number; readonly answer?: unknown; readonly error?: string }
  | { readonly lockstep: "stop" };

export interface Answers {
  /** The text of all workers' metrics. */
  readonly metrics: string;
  readonly workers: { readonly listening: number; readonly of: number };
}

export type Question = keyof Answers;

export const isOurs = (message: unknown): message is FromWorker | FromPrimary =>
  typeof message === "object" && message !== null && "lockstep" in message;
