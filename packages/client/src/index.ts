export type { CallOptions, Client, ClientOptions, ReadAnswer, ReadRow } from "./api.js";
export { createClient } from "./client.js";
export { LockstepClientError, type RowError } from "./error.js";
export type { Fetch } from "./post.js";
export type { AnswerOf, AnyService, ColumnName, RequestOf, Service, ServiceName } from "./service.js";
