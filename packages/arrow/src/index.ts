export { arrowSchema, arrowType, bytesOf, columnData, recordBatch, tableOf } from "./arrow.js";
export { streamBytes } from "./stream.js";
export { valueColumn } from "./value-column.js";
