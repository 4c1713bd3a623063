export type { PushAnswer } from "@lockstep/core";
export type {
  CallOptions,
  Client,
  ClientOptions,
  ConnectionOptions,
  Pusher,
  PushOptions,
  ReadAnswer,
  ReadRow,
} from "./api.js";
export { createClient } from "./client.js";
export { LockstepClientError, type RowError } from "./error.js";
export type { Fetch } from "./post.js";
export { createPusher } from "./push.js";
export type { AnswerOf, AnyService, ColumnName, RequestOf, Service, ServiceName } from "./service.js";
export type { AnySource, PushRow, PushSource, SourceName } from "./source.js";
