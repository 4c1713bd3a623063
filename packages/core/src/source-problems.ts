import { type Diagnostic, didYouMean } from "./errors.js";
import type { ColumnIR, TypeIR } from "./ir.js";
import type { Source } from "./source.js";
import { typeRow } from "./type-table.js";
import { typeName } from "./types.js";

/** What is wrong with a source's event time, knownAt, zones and versions. */
export const sourceProblems = (source: Source): Diagnostic[] => [
  ...eventTimeProblems(source),
  ...knownAtProblems(source),
  ...source.columnNames.flatMap((c) => zoneProblems(source, c)),
  ...source.id.flatMap((name) =>
    columnProblems(
      source,
      name,
      "SOURCE_ID",
      "id",
      (type) => typeRow(type).key,
      "name integers, text or others that can be a key",
    ),
  ),
  ...(source.version === null
    ? []
    : columnProblems(
        source,
        source.version,
        "SOURCE_VERSION",
        "version",
        (type) => typeRow(type).ordered,
        "name a column that has an order, such as an integer or a timestamp",
      )),
  ...(source.deleted === null
    ? []
    : columnProblems(
        source,
        source.deleted,
        "SOURCE_DELETED",
        "deleted",
        (type) => type.kind === "bool",
        "name a bool column",
      )),
  ...versionProblems(source),
  ...pushProblems(source),
];

const placeOf = (source: Source) => `source '${source.name}'`;

function eventTimeProblems(source: Source): Diagnostic[] {
  const is = (type: TypeIR) => type.kind === "timestamp" || type.kind === "date";
  const mend = "name a timestamp or a date column as eventTime";
  return columnProblems(source, source.eventTime, "SOURCE_EVENT_TIME", "event time", is, mend);
}

function knownAtProblems(source: Source): Diagnostic[] {
  const place = placeOf(source);
  const days = source.columnNames.some((c) => c.name === source.eventTime && c.type.kind === "date");
  if (days && !source.knownAt) {
    return [
      {
        code: "SOURCE_DATE_KNOWN_AT",
        place,
        what: `its event time '${source.eventTime}' is a date, 00:00 UTC, and a day's figure is not known at that day's midnight`,
        mend: 'say when it is known: knownAt: { delay: "30h" }, a column or an expression',
      },
    ];
  }
  if (!source.knownAt || source.knownAt.type.kind === "timestamp") return [];
  return [
    {
      code: "SOURCE_KNOWN_AT",
      place,
      what: `its knownAt is a ${typeName(source.knownAt.type)}`,
      mend: "give a timestamp: a column, or the event time plus a duration",
    },
  ];
}

function zoneProblems(source: Source, { name, type, zone }: ColumnIR): Diagnostic[] {
  if (zone === undefined) return [];
  const place = `${placeOf(source)}, column '${name}'`;
  if (type.kind !== "timestamp") {
    const what = `it is a ${typeName(type)} and has a zone`;
    return [{ code: "SOURCE_ZONE", place, what, mend: "only a timestamp is a local time: leave the zone out" }];
  }
  if (isZone(zone)) return [];
  return [
    {
      code: "SOURCE_ZONE",
      place,
      what: `there is no time zone '${zone}'`,
      mend: "write an IANA name, such as 'America/New_York' or 'Europe/Vienna'",
    },
  ];
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

function versionProblems(source: Source): Diagnostic[] {
  if (source.id.length === 0 || source.version !== null || source.knownAt) return [];
  return [
    {
      code: "SOURCE_ID_VERSION",
      place: placeOf(source),
      what: `rows that share ${source.id.map((c) => `'${c}'`).join(", ")} are versions of one event, and nothing says which is newer`,
      mend: "declare `version`, or `knownAt` by which each version became known",
    },
  ];
}

function pushProblems(source: Source): Diagnostic[] {
  if (!source.push || source.id.length > 0) return [];
  return [
    {
      code: "SOURCE_PUSH_ID",
      place: placeOf(source),
      what: "its rows may be pushed, and nothing tells which rows are the same event",
      mend: "declare `id`, the columns that a pushed row and its copy in the source share, or leave `push` out",
    },
  ];
}

function columnProblems(
  source: Source,
  name: string,
  code: string,
  what: string,
  fits: (type: TypeIR) => boolean,
  mend: string,
): Diagnostic[] {
  const column = source.columnNames.find((c) => c.name === name);
  if (column && fits(column.type)) return [];
  const names = source.columnNames.map((c) => c.name);
  return [
    {
      code,
      place: placeOf(source),
      what: column
        ? `its ${what} '${name}' is a ${typeName(column.type)}`
        : `it has no column '${name}'${didYouMean(name, names)}`,
      mend,
    },
  ];
}
