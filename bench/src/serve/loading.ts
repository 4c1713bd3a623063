import { type Load, load } from "./load.js";
import { requestsOf, type Way } from "./requests.js";

export interface Loading {
  readonly port: number;
  readonly way: Way;
  readonly entities: number;
  /** How many of the views are asked for. */
  readonly views: number;
  readonly keys: number;
  readonly connections: number;
  readonly seconds: number;
  readonly rate: number;
}

// A process of its own, so that the server under load has its own core.
const options = JSON.parse(process.argv[2] ?? "") as Loading;
const { entities } = options;
const requests = requestsOf(options, Math.max(20, Math.min(2_000, 200_000 / entities)));
const found: Load = await load({ ...options, requests });
console.log(JSON.stringify(found));
