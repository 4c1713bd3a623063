import { crc32 } from "node:zlib";
import { ledgerTypes, type PartialSpec, type StateLayout, type TypeIR } from "@lockstep/core";
import type { Grid } from "./instants.js";
import { type ValueCodec, valueCodec } from "./value-codec.js";

// A state's bytes: version, stamp, two bytes of the layout's hash, then latest, tiles, lifetimes and events as the
// layout says, then a CRC-32 of all that. Version, stamp and checksum stay where they are in every version.

export const FORMAT_VERSION = 1;

/** How each part of a layout's states lies in bytes. */
export interface StateCodec {
  /** So that bytes of another definition are refused, not misread. */
  readonly fingerprint: number;
  /** The winner's event time, then its row features. */
  readonly latest: readonly ValueCodec[] | null;
  readonly tiles: readonly (PartialsCodec & { readonly grid: Grid })[];
  readonly lifetimes: readonly PartialsCodec[];
  readonly events: readonly ValueCodec[];
}

/** A group's partials, and the storage columns of all of them, in order. */
export interface PartialsCodec {
  readonly partials: readonly PartialSpec[];
  readonly columns: readonly ValueCodec[];
}

/** The events' times: microseconds, and several may share one. */
export const EVENT_TIMES: Grid = { hop: 1n, least: 0n };

const codecs = new WeakMap<StateLayout, StateCodec>();

export function stateCodec(layout: StateLayout): StateCodec {
  const known = codecs.get(layout);
  if (known) return known;
  const types = layout.inputs.map((input) => input.type);
  const codec: StateCodec = {
    fingerprint: crc32(layoutText(layout)) & 0xffff,
    latest: layout.latest && [
      valueCodec({ kind: "timestamp" }),
      ...layout.latest.inputs.map((i) => valueCodec(types[i] as TypeIR)),
    ],
    tiles: layout.tiles.map(({ hop, partials }) => ({
      grid: { hop: BigInt(hop), least: 1n },
      ...partialsCodec(partials),
    })),
    lifetimes: layout.lifetimes.map((group) => partialsCodec(group.partials)),
    events: [...types, ...ledgerTypes(layout)].map((type) => valueCodec(type, "packed")),
  };
  codecs.set(layout, codec);
  return codec;
}

const partialsCodec = (partials: readonly PartialSpec[]): PartialsCodec => ({
  partials,
  columns: partials.flatMap((spec) => spec.storage.map(({ type }) => valueCodec(type, "packed"))),
});

/** All that gives the bytes their meaning; names and descriptions don't, nor the order in which JSON has its keys. */
const layoutText = ({ inputs, latest, tiles, lifetimes, rowsReach, ledger }: StateLayout): string =>
  JSON.stringify([inputs, latest, tiles, lifetimes, rowsReach, ...(ledger ? [ledger] : [])], (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
