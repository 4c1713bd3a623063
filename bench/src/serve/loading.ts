import { type Load, load } from "./load.js";
import { type Question, requestsOf } from "./requests.js";

export interface Loading extends Question {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly rate: number;
}

// A process of its own, so that the server under load has its own core.
const options = JSON.parse(process.argv[2] ?? "") as Loading;
const requests = requestsOf(options, Math.min(2_000, Math.ceil(200_000 / options.entities)));
const found: Load = await load({ ...options, requests });
console.log(JSON.stringify(found));
