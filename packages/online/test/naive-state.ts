import { decimalUnscaled, type PartialSpec, type StateLayout, type Value } from "@lockstep/core";
import { readEvents } from "../../../test/oracle/events.js";
import type { RowFn } from "../../../test/oracle/feature.js";
import { compareValues, type OracleSource, type Row, type Type } from "../../../test/oracle/index.js";
import { compareEvents } from "../../../test/oracle/order.js";
import type { PlainState } from "./batch.js";

interface Event {
  readonly at: bigint;
  readonly inputs: readonly Value[];
}

/** What materialization keeps of a key's rows at T: layout.ts read aloud, a loop for each sentence. */
export function naiveState(
  layout: StateLayout,
  inputs: readonly RowFn[],
  source: OracleSource,
  rows: readonly Row[],
  watermark: bigint,
): PlainState | null {
  const reads = source.columns.map((c) => c.name);
  const events = readEvents(source, [...rows])
    .filter((event) => event.knownAt <= watermark)
    .sort((a, b) => compareEvents(source, reads, a, b))
    .map((event): Event => ({ at: event.eventTime, inputs: inputs.map((input) => input(event.row) as Value) }));
  if (events.length === 0) return null;
  return {
    latest: latestOf(layout, events, watermark),
    tiles: layout.tiles.map((group) => {
      const hop = BigInt(group.hop);
      const closed = events.filter((e) => e.at < watermark - BigInt(group.offset));
      const startOf = (at: bigint) => floor(group.bounds === "[)" ? at : at - 1n, hop);
      const first = floor(watermark - BigInt(group.offset) - BigInt(group.reach), hop);
      const starts = [...new Set(closed.map((e) => startOf(e.at)))].filter((s) => s >= first);
      return starts.map((start) => ({
        start,
        partials: group.partials.map((p) =>
          stored(
            p,
            closed.filter((e) => startOf(e.at) === start),
          ),
        ),
      }));
    }),
    lifetimes: layout.lifetimes.map((group) => {
      const closed = events.filter((e) => e.at < watermark - BigInt(group.offset));
      return group.partials.map((p) => stored(p, closed));
    }),
    events: events.filter((e) => e.at >= watermark - BigInt(layout.rowsReach)),
  };
}

function latestOf(layout: StateLayout, events: readonly Event[], watermark: bigint): PlainState["latest"] {
  const latest = layout.latest;
  if (latest === null) return null;
  const visible = events.filter((e) => (latest.asOf === "<" ? e.at < watermark : e.at <= watermark));
  const winner = visible.at(-1);
  return winner ? { at: winner.at, values: latest.inputs.map((i) => winner.inputs[i] ?? null) } : null;
}

/** A partial's storage columns over some events. */
function stored(spec: PartialSpec, events: readonly Event[]): Value[] {
  const value = (e: Event) => (spec.input === null ? null : (e.inputs[spec.input] ?? null));
  const rows = events
    .filter((e) => spec.where === null || e.inputs[spec.where] === true)
    .filter((e) => !spec.ignoreNulls || value(e) !== null);
  const values = rows.map(value).filter((v) => v !== null);
  const newest = rows.at(-1);
  const oldest = rows[0];
  const groups = (same: (a: Value, b: Value) => boolean) =>
    values.filter((v, i) => values.findIndex((other) => same(v, other)) === i);
  switch (spec.fn) {
    case "count":
      return [BigInt(spec.input === null ? rows.length : values.length)];
    case "sum":
      return [values.length === 0 ? null : total(spec, values)];
    case "min":
      return [values.reduce<Value>((a, b) => (a === null || compare(spec, b, a) < 0 ? b : a), null)];
    case "max":
      return [values.reduce<Value>((a, b) => (a === null || compare(spec, b, a) > 0 ? b : a), null)];
    case "first":
      return oldest ? [value(oldest), oldest.at] : [null, null];
    case "firstN":
      return [rows.slice(0, spec.n).map(value)];
    case "lastN":
      return [
        rows
          .slice(-(spec.n as number))
          .reverse()
          .map(value),
      ];
    case "moments":
      return moments(values.map(Number));
    case "distinct":
      return [groups((a, b) => a === b || Object.is(a, b))];
    case "values": {
      const distinct = groups(Object.is);
      return [distinct, distinct.map((d) => BigInt(values.filter((v) => Object.is(v, d)).length))];
    }
    case "last":
      return newest ? [value(newest), newest.at] : [null, null];
  }
}

function moments(values: readonly number[]): Value[] {
  const n = values.length;
  if (n === 0) return [null, null, null];
  const mean = values.reduce((a, b) => a + b) / n;
  return [BigInt(n), mean, values.map((x) => (x - mean) ** 2).reduce((a, b) => a + b)];
}

function total({ argument }: PartialSpec, values: readonly Value[]): Value {
  if (argument?.kind === "float64" || argument?.kind === "float32") {
    return (values as readonly number[]).reduce((a, b) => a + b);
  }
  const exact = (v: Value) => (argument?.kind === "decimal" ? decimalUnscaled(v as string) : BigInt(v as bigint));
  return values.map(exact).reduce((a, b) => a + b);
}

const compare = (spec: PartialSpec, a: Value, b: Value) => compareValues(spec.argument as Type, a as never, b as never);

const floor = (x: bigint, hop: bigint) => x - (((x % hop) + hop) % hop);
