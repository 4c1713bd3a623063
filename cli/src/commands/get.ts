import { formatInstant, type Instant, instant, type Status, toWire, typeName, type Wire } from "@lockstep/core";
import type { Command } from "../command.js";
import { FAILED, OK } from "../exit-codes.js";
import { facts } from "../facts.js";
import { printable } from "../printable.js";
import { type RequestRow, rowOfJson, rowOfPairs } from "../request-row.js";
import type { Answer } from "../store-types.js";
import type { Style } from "../style.js";
import { table } from "../table.js";
import { usage } from "../usage-error.js";
import { instantText, valueText } from "../value-text.js";

interface GetArgs {
  readonly service: string;
  readonly "key=value": readonly string[];
  readonly jsonRow?: string;
  readonly at?: Instant;
  readonly statuses?: boolean;
}

interface Got {
  readonly service: string;
  /** The one instant that every value is of, in ISO 8601. */
  readonly t: string;
  readonly watermark: string | null;
  readonly features: readonly GotFeature[];
}

interface GotFeature {
  readonly name: string;
  readonly type: string;
  readonly value: Wire;
  readonly status: Status;
  /** Of the event that a row feature is of. */
  readonly eventTime: string | null;
  /** Why there is no value. */
  readonly error?: { readonly code: string; readonly message: string };
}

export const get: Command<GetArgs, Got> = {
  name: "get",
  summary: "read a service's features for one entity, as a server would",
  description:
    "Reads a feature service from the online store, for the keys and request fields given as key=value or as one JSON object.",
  examples: [
    "fs get flight_delay origin=ORD destination=SFO scheduled=2001-06-15T13:00:00Z --statuses",
    `fs get flight_delay --json-row '{"origin":"ORD","destination":"SFO","scheduled":null}'`,
  ],
  declare: (parser) =>
    parser
      .argument("<service>", "a feature service of the applied version")
      .argument("[key=value...]", "entity keys and request fields; lists and structs as JSON")
      .option("--json-row <json>", "the keys and request fields as a JSON object")
      .option("--at <instant>", "the instant to ask about, in ISO 8601 (default: now)", (text) => instant(text))
      .option("--statuses", "show each feature's status, and its event's time"),
  run: async (args, context) => {
    const store = await context.store();
    const { repo } = await store.served();
    const inputs = repo.services.find((s) => s.name === args.service)?.inputs ?? [];
    const row = requestRow(args, inputs);
    const answer = await store.read(args.service, [row], args.at === undefined ? {} : { at: args.at });
    return got(answer);
  },
  render: renderGot,
  exitCode: ({ features }) => (features.some((f) => f.error) ? FAILED : OK),
};

function requestRow({ jsonRow, ...args }: GetArgs, inputs: Parameters<typeof rowOfPairs>[1]): RequestRow {
  const pairs = args["key=value"];
  if (jsonRow === undefined) return rowOfPairs(pairs, inputs);
  if (pairs.length > 0) throw usage("both key=value and --json-row are given", "give the row in one way");
  return rowOfJson(jsonRow);
}

const got = ({ service, t, watermark, columns, errors }: Answer): Got => ({
  service,
  t: formatInstant(t),
  watermark: watermark === null ? null : formatInstant(watermark),
  features: columns.map(({ name, type, values, statuses, eventTimes }) => {
    const error = errors.find((e) => e.column === name);
    const eventTime = eventTimes[0] ?? null;
    return {
      name,
      type: typeName(type),
      value: toWire(type, values[0] ?? null),
      status: statuses[0] ?? "NULL",
      eventTime: eventTime === null ? null : formatInstant(eventTime),
      ...(error ? { error: { code: error.code, message: error.message } } : {}),
    };
  }),
});

function renderGot({ features, t, watermark }: Got, style: Style, { statuses = false }: GetArgs): string {
  const columns = [
    { title: "feature" },
    { title: "value", shrinks: true },
    ...(statuses ? [{ title: "status" }, { title: "event time" }] : []),
  ];
  const rows = features.map((f) => [
    f.name,
    cell(f, style),
    f.status,
    f.eventTime === null ? "" : instantText(f.eventTime),
  ]);
  const instants = [
    ["t", instantText(t)],
    ["T", watermark === null ? "none: no view was read" : instantText(watermark)],
  ] as const;
  return `${table(columns, rows, style)}\n${facts(instants, style)}`;
}

const cell = ({ value, error }: GotFeature, style: Style): string =>
  error ? style.colors.red(`${error.code}: ${printable(error.message)}`) : valueText(value, style);
