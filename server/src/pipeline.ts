import type { Answer, FeatureReader, PushAnswer, Pusher, ReadOptions } from "@lockstep/online";
import type { RequestState } from "./requests/request-state.js";
import { step } from "./tracing/request-trace.js";
import type { Version } from "./versions.js";

/** A request, whatever server it came through. */
export interface Incoming {
  /** Without what follows a `?`. */
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  readonly state: RequestState;
  /** What is served to its caller. */
  readonly version: Version;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One read of a service. */
export interface Ask {
  readonly service: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly options: ReadOptions;
}

/** What became of an Ask. */
export type Settled = { readonly answer: Answer } | { readonly error: unknown };

/** What a request for features comes down to, whatever it was written in. */
export interface ReadWork {
  readonly asks: readonly Ask[];
  /** `settled`: one for each of `asks`. */
  readonly print: (settled: readonly Settled[]) => Reply;
}

/** One push. */
export interface PushWork {
  readonly source: string;
  readonly rows: readonly unknown[];
  readonly printAnswers: (answers: readonly PushAnswer[]) => Reply;
}

export type Work = ReadWork | PushWork;

/** What a request's caller may use. */
export interface Means {
  readonly reader: FeatureReader;
  readonly pusher: () => Pusher;
}

/** A way to ask by POST. */
export interface Route {
  readonly path: string;
  readonly maxBodyBytes: number;
  /** Null: the request is for Yoga. */
  readonly parse: (incoming: Incoming) => Work | null | Promise<Work | null>;
  /** The reply to a request that could not be parsed, planned or printed. */
  readonly fail: (error: unknown, incoming: Pick<Incoming, "path" | "state">) => Reply;
}

/** A request before anything is looked up for its caller. */
export type Arrived = Omit<Incoming, "version">;

/** How a route's requests are answered; null: by Yoga. */
export type Answering = (route: Route, arrived: Arrived) => Promise<Reply | null>;

/** Every request of a route comes by here: parse, authorise, read or push, print. Null: it is for Yoga. */
export async function respond(route: Route, { reader, pusher }: Means, incoming: Incoming): Promise<Reply | null> {
  const { trace } = incoming.state;
  try {
    const parsed = step(trace, "parse", () => route.parse(incoming));
    const work = parsed instanceof Promise ? await parsed : parsed;
    if (work === null) return null;
    if ("source" in work) {
      const answers = await pusher().push(work.source, work.rows);
      return step(trace, "print", () => work.printAnswers(answers));
    }
    // The reader knows what the request's caller may ask for, and how much.
    const [first] = work.asks;
    const settled =
      work.asks.length === 1 && first
        ? [await settle(reader, first)]
        : await Promise.all(work.asks.map((ask) => settle(reader, ask)));
    return step(trace, "print", () => work.print(settled));
  } catch (error) {
    return route.fail(error, incoming);
  }
}

async function settle(reader: FeatureReader, { service, rows, options }: Ask): Promise<Settled> {
  try {
    return { answer: await reader.read(service, rows, options) };
  } catch (error) {
    return { error };
  }
}
