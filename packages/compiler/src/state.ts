import {
  columnsRead,
  ledgerTypes,
  PARTIALS,
  type PartialSpec,
  type RepoIR,
  type SourceIR,
  type StateLayout,
  stateLayout,
  type TypeIR,
  type ViewIR,
} from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { type Cte, withCtes } from "./lower/cte.js";
import {
  eventOrder,
  eventsSql,
  FOREVER,
  inputColumn,
  keyColumn,
  knownAtSql,
  ledgerFields,
  rankSql,
  sourceSql,
} from "./lower/events.js";
import { isVersioned, keyList, keysEqual, keysOf, type Member, NO_HINTS, relationName } from "./lower/member.js";
import { partialsOf } from "./lower/partials.js";
import { versionedEvents } from "./lower/versions.js";
import { winnerCtes } from "./state-winner.js";

export interface StateRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  /** T in microseconds: only rows known by then are in the state. */
  readonly watermark: bigint;
  /** A relation of keys, `k0..`: the answer is a row for each of them, also where it has no events. Absent: all keys. */
  readonly keys?: string;
  /** Sorted, much as the keys' bytes are: for a store to which that matters. */
  readonly ordered?: boolean;
}

/** What the state query's columns are, in order: the keys, then these parts. */
export interface StateColumns {
  readonly keys: readonly TypeIR[];
  /** The winner's event time and the latest inputs, or null. */
  readonly latest: readonly TypeIR[] | null;
  /** A list of structs each: the tile's start, then the partials' stored columns. */
  readonly tiles: readonly (readonly TypeIR[])[];
  /** Plain columns each. */
  readonly lifetimes: readonly (readonly TypeIR[])[];
  /** A list of structs: the event time, then the inputs, then what a ledger keeps, in the order of events. */
  readonly events: readonly TypeIR[];
}

const INT64: TypeIR = { kind: "int64" };

export function stateColumns(view: ViewIR, layout: StateLayout): StateColumns {
  const stored = (partials: readonly PartialSpec[]) => partials.flatMap((p) => p.storage.map((s) => s.type));
  return {
    keys: view.keys.map((k) => k.type),
    latest: layout.latest ? [INT64, ...layout.latest.inputs.map((i) => layout.inputs[i]?.type as TypeIR)] : null,
    tiles: layout.tiles.map((g) => [INT64, ...stored(g.partials)]),
    lifetimes: layout.lifetimes.map((g) => stored(g.partials)),
    events: [INT64, ...layout.inputs.map((i) => i.type), ...ledgerTypes(layout)],
  };
}

/** A row for each key of a view with all that the online store keeps for it at a watermark. */
export function stateSql(request: StateRequest): string {
  const { dialect, repo, view, watermark } = request;
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const layout = stateLayout(view);
  const member: Member = {
    dialect,
    alias: view.name,
    part: "",
    view,
    source,
    layout,
    reads: columnsRead(view.features),
    relation: request.relation(source),
    knownBy: String(watermark),
    hints: NO_HINTS,
  };
  const keys = relationName(member, "keys");
  // Of all keys, the winners are a list already.
  const every = layout.latest !== null && request.keys === undefined && keysOf(view).length > 0;
  const winner = latestPart(member, watermark, every);
  const parts = [
    winner,
    ...tileParts(member, watermark),
    ...lifetimeParts(member, watermark),
    eventsPart(member, watermark),
  ].filter((p): p is Part => p !== null);
  const all = every && winner ? winner.name : keys;
  const ctes: Cte[] = [
    ...eventsCtes(member, watermark, request.keys),
    ...(every ? [] : [keysCte(member, keys, request.keys)]),
    ...parts.flatMap((p) => p.ctes),
  ];
  const columns = [...keysOf(view).map((k) => `${all}.${k}`), ...parts.flatMap((p) => p.columns)];
  const order = view.keys.flatMap((key, i) => dialect.byteOrderTerms(key.type, `${all}.${keyColumn(i)}`));
  const select = [
    `SELECT ${columns.join(",\n  ")}`,
    `FROM ${all}`,
    ...parts.filter((p) => p.name !== all).map((p) => `LEFT JOIN ${p.name} ON ${keysEqual(view, all, p.name)}`),
    ...(request.ordered && order.length > 0 ? [`ORDER BY ${order.join(", ")}`] : []),
  ].join("\n");
  return withCtes(ctes, select);
}

/** The keys to answer, of a view without an entity a row where it has any event. */
function keysCte(member: Member, name: string, asked: string | undefined): Cte {
  const { view } = member;
  const events = relationName(member, "events");
  if (asked !== undefined) return { name, why: "the keys that are asked for", sql: `SELECT * FROM ${asked}` };
  const sql =
    keysOf(view).length === 0
      ? `SELECT 1 AS one FROM ${events} LIMIT 1`
      : `SELECT DISTINCT ${keysOf(view).join(", ")} FROM ${events}`;
  return { name, why: "every key that has one", sql };
}

/** The events that exist at the watermark: of an id's versions the greatest. */
function eventsCtes(member: Member, watermark: bigint, keys?: string): Cte[] {
  const reach = oldest(member.layout);
  const options = { ranked: true, where: reach === null ? [] : [`et >= ${watermark - BigInt(reach)}`] };
  const versioned = isVersioned(member)
    ? versionedEvents(member, {
        ...options,
        name: (what) => relationName(member, what),
        keys: null,
        most: true,
        ids: member.layout.ledger !== undefined,
      })
    : null;
  const all = versioned ? `(${versioned.sql}) WHERE gone = ${FOREVER}` : `(${eventsSql(member, options)})`;
  const rows =
    keys === undefined || keysOf(member.view).length === 0
      ? all
      : `(SELECT * FROM ${all}) e SEMI JOIN ${keys} q ON ${keysEqual(member.view, "e", "q")}`;
  return [
    ...(versioned?.ctes ?? []),
    {
      name: relationName(member, "events"),
      why: `the events known by the watermark${reach === null ? "" : ", as far back as a window reaches from it"}`,
      materialized: true,
      sql: needsRanks(member) ? ranked(member, rows) : `SELECT * FROM ${rows}`,
    },
  ];
}

/** A partial asks for the order of all events, or all stay rows; otherwise only that of the few that do matters. */
const needsRanks = ({ layout }: Member): boolean =>
  layout.ledger !== undefined ||
  [...layout.tiles, ...layout.lifetimes].some(({ partials }) => partials.some(({ fn }) => PARTIALS[fn].ranked));

/** With `rk`, which grows with the order of a key's events. */
const ranked = (member: Member, rows: string): string =>
  `SELECT *, ${rankSql(member, keysOf(member.view))} AS rk FROM ${rows}`;

/** How many rows of a source are no event of a view, or belong to nobody, by reason; and how many there are. */
export function unusedRowsSql(request: Omit<StateRequest, "watermark" | "keys">): string {
  return countSql(request, []);
}

/** The same and, as `keys`, about how many keys the state query will answer: to tell how far it has come. */
export function countedKeysSql(request: Omit<StateRequest, "keys">): string {
  const { dialect, repo, view, watermark } = request;
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const columns = view.keys.map((k) => dialect.ident(k.column));
  if (columns.length === 0) return countSql(request, ['1::BIGINT AS "keys"']);
  const reach = oldest(stateLayout(view));
  const hash = dialect.hash(columns);
  const seen = [
    `${hash} % ${KEYS_OF_ONE} = 0`,
    `${knownAtSql(dialect, source)} <= ${watermark}`,
    ...(reach === null ? [] : [`${dialect.micros(dialect.ident(source.eventTime))} >= ${watermark - BigInt(reach)}`]),
    ...columns.map((column) => `${column} IS NOT NULL`),
  ];
  const counted = `count(DISTINCT ${hash}) FILTER (${seen.join(" AND ")})`;
  return countSql(request, [`(${KEYS_OF_ONE} * ${counted})::BIGINT AS "keys"`]);
}

/** So many keys are counted by one of them. Engines' own estimates are off by a third now and then. */
const KEYS_OF_ONE = 16;

function countSql(request: Omit<StateRequest, "watermark" | "keys">, more: readonly string[]): string {
  const { dialect, repo, view } = request;
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const et = dialect.micros(dialect.ident(source.eventTime));
  const ka = knownAtSql(dialect, source);
  const ids = (source.id ?? []).map((id) => `${dialect.ident(id)} IS NULL`);
  const timed = `${et} IS NOT NULL AND ${ka} IS NOT NULL`;
  const noId = `\n  (count(*) FILTER (${timed} AND (${ids.join(" OR ")})))::BIGINT AS "no id",`;
  const known = [timed, ...(source.id ?? []).map((id) => `${dialect.ident(id)} IS NOT NULL`)].join(" AND ");
  const anyKeyNull = view.keys.map((k) => `${dialect.ident(k.column)} IS NULL`).join(" OR ") || "false";
  return `SELECT count(*)::BIGINT AS "rows",
  (count(*) FILTER (${et} IS NULL))::BIGINT AS "no event time",
  (count(*) FILTER (${et} IS NOT NULL AND ${ka} IS NULL))::BIGINT AS "no knownAt",${ids.length > 0 ? noId : ""}
  (count(*) FILTER (${known} AND (${anyKeyNull})))::BIGINT AS "null in the key"${more.map((column) => `,\n  ${column}`).join("")}
FROM (${sourceSql({ dialect, source, relation: request.relation(source) })})`;
}

interface Part {
  /** The last of `ctes`: of each key a row, or none. */
  readonly name: string;
  readonly ctes: readonly Cte[];
  readonly columns: readonly string[];
}

const grouped = (view: ViewIR, more = ""): string => {
  const keys = [...keysOf(view), ...(more ? [more] : [])];
  return keys.length > 0 ? ` GROUP BY ${keys.join(", ")}` : "";
};

/** The winner among the events at or before the watermark; later ones are among the rows. */
function latestPart(member: Member, watermark: bigint, every: boolean): Part | null {
  const { layout, dialect } = member;
  if (!layout.latest) return null;
  const name = relationName(member, "winner");
  return {
    name,
    ctes: winnerCtes(member, name, watermark, needsRanks(member) ? "rk" : eventOrder(member), every),
    columns: [
      `${name}.et`,
      ...layout.latest.inputs.map((i) => dialect.emit(layout.inputs[i]?.type ?? INT64, `${name}.${inputColumn(i)}`)),
    ],
  };
}

function tileParts(member: Member, watermark: bigint): Part[] {
  const { view, layout, dialect } = member;
  return layout.tiles.map((group, i) => {
    const [tiles, name] = [relationName(member, `tile ${i}`), relationName(member, `tiles ${i}`)];
    const partials = partialsOf(dialect, group.partials);
    const edge = group.bounds === "(]" ? 1 : 0;
    const closed = watermark - BigInt(group.offset);
    const from = closed - BigInt(group.reach) - BigInt(group.hop);
    const stored = partials.store();
    const fields = [["tile", "tile"], ...stored.map((_, j) => [`s${j}`, `s${j}`])] as [string, string][];
    const tile = dialect.floorTo(edge ? "(et - 1)" : "et", group.hop);
    return {
      name,
      ctes: [
        {
          name,
          why: `partials of tiles of ${group.hop} microseconds over the events before the watermark${group.offset ? " less the offset" : ""}`,
          sql: `SELECT ${keyList(view)}${dialect.list(fields, "tile")} AS l FROM (
    SELECT ${keyList(view)}tile, ${stored.map((s, j) => `${s} AS s${j}`).join(", ")} FROM (
      SELECT ${keyList(view)}tile, ${partials.collect().join(", ")}
      FROM (SELECT *, ${tile} AS tile FROM ${relationName(member, "events")} WHERE et < ${closed} AND et >= ${from})
      GROUP BY ${keyList(view)}tile
    )
  )${grouped(view)}`,
        },
      ],
      columns: [`${name}.l AS ${tiles}`],
    };
  });
}

function lifetimeParts(member: Member, watermark: bigint): Part[] {
  const { view, layout, dialect } = member;
  return layout.lifetimes.map((group, i) => {
    const name = relationName(member, `lifetime ${i}`);
    const partials = partialsOf(dialect, group.partials);
    const stored = partials.store();
    return {
      name,
      ctes: [
        {
          name,
          why: "one partial over all events before the watermark",
          sql: `SELECT ${keyList(view)}${stored.map((s, j) => `${s} AS s${j}`).join(", ")} FROM (
    SELECT ${keyList(view)}${partials.collect().join(", ")}
    FROM ${relationName(member, "events")} WHERE et < ${watermark - BigInt(group.offset)}${grouped(view)}
  )`,
        },
      ],
      columns: stored.map((_, j) => `${name}.s${j}`),
    };
  });
}

/** The rows that are kept as they are: open ones, and those of sliding windows. */
function eventsPart(member: Member, watermark: bigint): Part {
  const { view, layout, dialect } = member;
  const name = relationName(member, "rows");
  const fields = [
    ["et", "et"],
    ...layout.inputs.map((input, i) => [inputColumn(i), dialect.emit(input.type, inputColumn(i))]),
    ...ledgerFields(member),
  ] as [string, string][];
  const open = layout.ledger ? "" : ` WHERE et >= ${watermark - BigInt(layout.rowsReach)}`;
  const rows = `${relationName(member, "events")}${open}`;
  return {
    name,
    ctes: [
      {
        name,
        why: layout.ledger
          ? "all events stay rows, because a pushed version may take the place of any"
          : "the events that stay rows: those at or after the watermark less what windows reach back",
        sql: `SELECT ${keyList(view)}${dialect.list(fields, "rk")} AS l
  FROM ${needsRanks(member) ? rows : `(${ranked(member, rows)})`}${grouped(view)}`,
      },
    ],
    columns: [`${name}.l`],
  };
}

/** How far before the watermark any part reads, or null: to the beginning. */
function oldest(layout: StateLayout): number | null {
  if (layout.ledger || layout.latest || layout.lifetimes.length > 0) return null;
  return Math.max(layout.rowsReach, ...layout.tiles.map((g) => g.reach + g.hop + g.offset));
}
