export type { CallOptions, Client, ClientOptions, ColumnName, ReadAnswer, ReadRow, ServiceName } from "./api.js";
export { createClient } from "./client.js";
export { LockstepClientError, type RowError } from "./error.js";
export type { Fetch } from "./post.js";
