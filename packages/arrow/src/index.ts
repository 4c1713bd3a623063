export { arrowSchema, arrowType, bytesOf, columnData, recordBatch, tableOf } from "./arrow.js";
export { arrowColumn, isNanoseconds, nanosecondColumn, typeOfArrow } from "./arrow-column.js";
export { arrowRows } from "./arrow-rows.js";
export { streamBytes } from "./stream.js";
export { valueColumn } from "./value-column.js";
