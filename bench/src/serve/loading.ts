import { type Load, load } from "./load.js";
import { requestsOf, type Way } from "./requests.js";

export interface Loading {
  readonly port: number;
  readonly way: Way;
  readonly entities: number;
  readonly keys: number;
  readonly connections: number;
  readonly seconds: number;
  readonly rate: number;
}

// A process of its own, so that the server under load has its own core.
const options = JSON.parse(process.argv[2] ?? "") as Loading;
const { way, entities, keys } = options;
const requests = requestsOf(way, entities, keys, 2_000);
const found: Load = await load({ ...options, requests });
console.log(JSON.stringify(found));
