// Written by `fs codegen`. To change it, change the declarations, apply them, and run that again.
import type { PushSource, Service } from "@lockstep/client";

/** What a request for `everything` gives for one row. */
export interface EverythingRequest {
  /** An entity key: int64 */
  readonly id: bigint | number | null;
  /** An entity key: string */
  readonly region: string | null;
  /** A request field: bool */
  readonly a_bool: boolean | null;
  /** A request field: int32 */
  readonly an_int32: number | null;
  /** A request field: int64 */
  readonly an_int64: bigint | number | null;
  /** A request field: float32 */
  readonly a_float32: number | null;
  /** A request field: float64 */
  readonly a_float64: number | null;
  /** A request field: decimal(38,4) */
  readonly a_decimal: string | null;
  /** A request field: string */
  readonly a_string: string | null;
  /** A request field: bytes */
  readonly some_bytes: Uint8Array | null;
  /** A request field: date */
  readonly a_date: string | null;
  /** A request field: timestamp */
  readonly a_timestamp: bigint | string | null;
  /** A request field: json */
  readonly some_json: string | null;
  /** A request field: list(int64) */
  readonly a_list: (bigint | null)[] | null;
  /** A request field: vector(3) */
  readonly a_vector: readonly number[] | Float32Array | Float64Array | null;
  /** A request field: struct(city string, visits int64, seen list(timestamp)) */
  readonly a_struct: { "city": string | null; "visits": bigint | null; "seen": (bigint | null)[] | null } | null;
  /** A request field: list(struct(n float64)) */
  readonly some_structs: ({ "n": number | null } | null)[] | null;
}

/** What an answer of `everything` holds for one row. */
export interface EverythingAnswer {
  /** As declared: bool */
  readonly every__a_bool: boolean | null;
  /** As declared: int32 */
  readonly every__an_int32: number | null;
  /** As declared: int64 */
  readonly every__an_int64: bigint | null;
  /** As declared: float32 */
  readonly every__a_float32: number | null;
  /** As declared: float64 */
  readonly every__a_float64: number | null;
  /** As declared: decimal(38,4) */
  readonly every__a_decimal: string | null;
  /** As declared: string */
  readonly every__a_string: string | null;
  /** As declared: bytes */
  readonly every__some_bytes: Uint8Array | null;
  /** As declared: date */
  readonly every__a_date: string | null;
  /** As declared: timestamp */
  readonly every__a_timestamp: bigint | null;
  /** As declared: json */
  readonly every__some_json: string | null;
  /** As declared: list(int64) */
  readonly every__a_list: (bigint | null)[] | null;
  /** As declared: vector(3) */
  readonly every__a_vector: Float32Array | null;
  /** As declared: struct(city string, visits int64, seen list(timestamp)) */
  readonly every__a_struct: { "city": string | null; "visits": bigint | null; "seen": (bigint | null)[] | null } | null;
  /** As declared: list(struct(n float64)) */
  readonly every__some_structs: ({ "n": number | null } | null)[] | null;
  /** As declared: bool */
  readonly echo__fine: boolean | null;
}

export const everything: Service<"everything", EverythingRequest, EverythingAnswer> = {
  name: "everything",
  entityType: "EverythingEntity",
  inputs: [
    { name: "id", type: { kind: "int64" } },
    { name: "region", type: { kind: "string" } },
    { name: "a_bool", type: { kind: "bool" } },
    { name: "an_int32", type: { kind: "int32" } },
    { name: "an_int64", type: { kind: "int64" } },
    { name: "a_float32", type: { kind: "float32" } },
    { name: "a_float64", type: { kind: "float64" } },
    { name: "a_decimal", type: { kind: "decimal", precision: 38, scale: 4 } },
    { name: "a_string", type: { kind: "string" } },
    { name: "some_bytes", type: { kind: "bytes" } },
    { name: "a_date", type: { kind: "date" } },
    { name: "a_timestamp", type: { kind: "timestamp" } },
    { name: "some_json", type: { kind: "json" } },
    { name: "a_list", type: { kind: "list", element: { kind: "int64" } } },
    { name: "a_vector", type: { kind: "vector", size: 3 } },
    { name: "a_struct", type: { kind: "struct", fields: [{ name: "city", type: { kind: "string" } }, { name: "visits", type: { kind: "int64" } }, { name: "seen", type: { kind: "list", element: { kind: "timestamp" } } }] } },
    { name: "some_structs", type: { kind: "list", element: { kind: "struct", fields: [{ name: "n", type: { kind: "float64" } }] } } },
  ],
  columns: [
    { column: "every__a_bool", member: "every", feature: "a_bool", type: { kind: "bool" } },
    { column: "every__an_int32", member: "every", feature: "an_int32", type: { kind: "int32" } },
    { column: "every__an_int64", member: "every", feature: "an_int64", type: { kind: "int64" } },
    { column: "every__a_float32", member: "every", feature: "a_float32", type: { kind: "float32" } },
    { column: "every__a_float64", member: "every", feature: "a_float64", type: { kind: "float64" } },
    { column: "every__a_decimal", member: "every", feature: "a_decimal", type: { kind: "decimal", precision: 38, scale: 4 } },
    { column: "every__a_string", member: "every", feature: "a_string", type: { kind: "string" } },
    { column: "every__some_bytes", member: "every", feature: "some_bytes", type: { kind: "bytes" } },
    { column: "every__a_date", member: "every", feature: "a_date", type: { kind: "date" } },
    { column: "every__a_timestamp", member: "every", feature: "a_timestamp", type: { kind: "timestamp" } },
    { column: "every__some_json", member: "every", feature: "some_json", type: { kind: "json" } },
    { column: "every__a_list", member: "every", feature: "a_list", type: { kind: "list", element: { kind: "int64" } } },
    { column: "every__a_vector", member: "every", feature: "a_vector", type: { kind: "vector", size: 3 } },
    { column: "every__a_struct", member: "every", feature: "a_struct", type: { kind: "struct", fields: [{ name: "city", type: { kind: "string" } }, { name: "visits", type: { kind: "int64" } }, { name: "seen", type: { kind: "list", element: { kind: "timestamp" } } }] } },
    { column: "every__some_structs", member: "every", feature: "some_structs", type: { kind: "list", element: { kind: "struct", fields: [{ name: "n", type: { kind: "float64" } }] } } },
    { column: "echo__fine", member: "echo", feature: "fine", type: { kind: "bool" } },
  ],
};

/** What a request for `flight_delay` gives for one row. */
export interface FlightDelayRequest {
  /** An entity key: string */
  readonly origin: string | null;
  /** An entity key: string */
  readonly destination: string | null;
  /** A request field: timestamp */
  readonly scheduled: bigint | string | null;
}

/** What an answer of `flight_delay` holds for one row. */
export interface FlightDelayAnswer {
  /**
   * Mean arrival delay in minutes, known landings of 3 hours
   * As declared: float64
   */
  readonly origin_delays__mean_delay_3h: number | null;
  /** As declared: float64 */
  readonly origin_delays__mean_delay_1d: number | null;
  /** As declared: float64 */
  readonly origin_delays__mean_delay_7d: number | null;
  /**
   * Share of flights over 15 minutes late
   * As declared: float64
   */
  readonly origin_delays__late_share_3h: number | null;
  /** As declared: float64 */
  readonly origin_delays__late_share_1d: number | null;
  /** As declared: float64 */
  readonly origin_delays__late_share_7d: number | null;
  /** As declared: int64 */
  readonly origin_delays__flights_3h: bigint | null;
  /** As declared: int64 */
  readonly origin_delays__flights_1d: bigint | null;
  /** As declared: int64 */
  readonly origin_delays__flights_ever: bigint | null;
  /**
   * Mean arrival delay in minutes, known landings of 3 hours
   * As declared: float64
   */
  readonly dest__mean_delay_3h: number | null;
  /** As declared: float64 */
  readonly dest__late_share_1d: number | null;
  /** As declared: int64 */
  readonly dest__flights_1d: bigint | null;
  /** As declared: int64 */
  readonly route_history__last_delay: bigint | null;
  /** As declared: int64 */
  readonly route_history__flights_7d: bigint | null;
  /** As declared: int64 */
  readonly route_history__late_flights_7d: bigint | null;
  /** As declared: float64 */
  readonly route_history__mean_delay_7d: number | null;
  /** As declared: int64 */
  readonly route_history__worst_delay_7d: bigint | null;
  /** As declared: int32 */
  readonly route_history__last_late_hour_7d: number | null;
  /** As declared: int32 */
  readonly departure__hour: number | null;
  /** As declared: int32 */
  readonly departure__weekday: number | null;
  /** As declared: float64 */
  readonly departure__worse_than_usual: number | null;
}

/**
 * Will this flight be more than 15 minutes late? Asked at its departure
 *
 * Owner: ml@example.org.
 */
export const flightDelay: Service<"flight_delay", FlightDelayRequest, FlightDelayAnswer> = {
  name: "flight_delay",
  entityType: "FlightDelayEntity",
  inputs: [
    { name: "origin", type: { kind: "string" } },
    { name: "destination", type: { kind: "string" } },
    { name: "scheduled", type: { kind: "timestamp" } },
  ],
  columns: [
    { column: "origin_delays__mean_delay_3h", member: "origin_delays", feature: "mean_delay_3h", type: { kind: "float64" } },
    { column: "origin_delays__mean_delay_1d", member: "origin_delays", feature: "mean_delay_1d", type: { kind: "float64" } },
    { column: "origin_delays__mean_delay_7d", member: "origin_delays", feature: "mean_delay_7d", type: { kind: "float64" } },
    { column: "origin_delays__late_share_3h", member: "origin_delays", feature: "late_share_3h", type: { kind: "float64" } },
    { column: "origin_delays__late_share_1d", member: "origin_delays", feature: "late_share_1d", type: { kind: "float64" } },
    { column: "origin_delays__late_share_7d", member: "origin_delays", feature: "late_share_7d", type: { kind: "float64" } },
    { column: "origin_delays__flights_3h", member: "origin_delays", feature: "flights_3h", type: { kind: "int64" } },
    { column: "origin_delays__flights_1d", member: "origin_delays", feature: "flights_1d", type: { kind: "int64" } },
    { column: "origin_delays__flights_ever", member: "origin_delays", feature: "flights_ever", type: { kind: "int64" } },
    { column: "dest__mean_delay_3h", member: "dest", feature: "mean_delay_3h", type: { kind: "float64" } },
    { column: "dest__late_share_1d", member: "dest", feature: "late_share_1d", type: { kind: "float64" } },
    { column: "dest__flights_1d", member: "dest", feature: "flights_1d", type: { kind: "int64" } },
    { column: "route_history__last_delay", member: "route_history", feature: "last_delay", type: { kind: "int64" } },
    { column: "route_history__flights_7d", member: "route_history", feature: "flights_7d", type: { kind: "int64" } },
    { column: "route_history__late_flights_7d", member: "route_history", feature: "late_flights_7d", type: { kind: "int64" } },
    { column: "route_history__mean_delay_7d", member: "route_history", feature: "mean_delay_7d", type: { kind: "float64" } },
    { column: "route_history__worst_delay_7d", member: "route_history", feature: "worst_delay_7d", type: { kind: "int64" } },
    { column: "route_history__last_late_hour_7d", member: "route_history", feature: "last_late_hour_7d", type: { kind: "int32" } },
    { column: "departure__hour", member: "departure", feature: "hour", type: { kind: "int32" } },
    { column: "departure__weekday", member: "departure", feature: "weekday", type: { kind: "int32" } },
    { column: "departure__worse_than_usual", member: "departure", feature: "worse_than_usual", type: { kind: "float64" } },
  ],
};

/** A row to push to `things`. A column that is left out is null. */
export interface ThingsRow {
  /** As declared: timestamp */
  readonly at?: bigint | string | null;
  /** As declared: int64 */
  readonly id?: bigint | number | null;
  /** As declared: string */
  readonly region?: string | null;
  /** As declared: bool */
  readonly a_bool?: boolean | null;
  /** As declared: int32 */
  readonly an_int32?: number | null;
  /** As declared: int64 */
  readonly an_int64?: bigint | number | null;
  /** As declared: float32 */
  readonly a_float32?: number | null;
  /** As declared: float64 */
  readonly a_float64?: number | null;
  /** As declared: decimal(38,4) */
  readonly a_decimal?: string | null;
  /** As declared: string */
  readonly a_string?: string | null;
  /** As declared: bytes */
  readonly some_bytes?: Uint8Array | null;
  /** As declared: date */
  readonly a_date?: string | null;
  /** As declared: timestamp */
  readonly a_timestamp?: bigint | string | null;
  /** As declared: json */
  readonly some_json?: string | null;
  /** As declared: list(int64) */
  readonly a_list?: (bigint | null)[] | null;
  /** As declared: vector(3) */
  readonly a_vector?: readonly number[] | Float32Array | Float64Array | null;
  /** As declared: struct(city string, visits int64, seen list(timestamp)) */
  readonly a_struct?: { "city": string | null; "visits": bigint | null; "seen": (bigint | null)[] | null } | null;
  /** As declared: list(struct(n float64)) */
  readonly some_structs?: ({ "n": number | null } | null)[] | null;
}

export const things: PushSource<"things", ThingsRow> = {
  name: "things",
  columns: [
    { name: "at", type: { kind: "timestamp" } },
    { name: "id", type: { kind: "int64" } },
    { name: "region", type: { kind: "string" } },
    { name: "a_bool", type: { kind: "bool" } },
    { name: "an_int32", type: { kind: "int32" } },
    { name: "an_int64", type: { kind: "int64" } },
    { name: "a_float32", type: { kind: "float32" } },
    { name: "a_float64", type: { kind: "float64" } },
    { name: "a_decimal", type: { kind: "decimal", precision: 38, scale: 4 } },
    { name: "a_string", type: { kind: "string" } },
    { name: "some_bytes", type: { kind: "bytes" } },
    { name: "a_date", type: { kind: "date" } },
    { name: "a_timestamp", type: { kind: "timestamp" } },
    { name: "some_json", type: { kind: "json" } },
    { name: "a_list", type: { kind: "list", element: { kind: "int64" } } },
    { name: "a_vector", type: { kind: "vector", size: 3 } },
    { name: "a_struct", type: { kind: "struct", fields: [{ name: "city", type: { kind: "string" } }, { name: "visits", type: { kind: "int64" } }, { name: "seen", type: { kind: "list", element: { kind: "timestamp" } } }] } },
    { name: "some_structs", type: { kind: "list", element: { kind: "struct", fields: [{ name: "n", type: { kind: "float64" } }] } } },
  ],
};
