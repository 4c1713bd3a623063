import { type FeatureIR, needsOrderOfEvents } from "@lockstep/core";
import { lookBack, type Reach, reachOf } from "../reach.js";
import type { Cte } from "./cte.js";
import { eventColumns, eventsSql, rankSql, timesWithin } from "./events.js";
import { isVersioned, keysEqual, type Member, relationName } from "./member.js";
import { versionedEvents } from "./versions.js";

/**
 * The events of the keys asked for: `kid`, the columns of an event, and `gone` where a correction may end it. Each
 * reader scans the few columns that it needs, unless finding the events is work. `ranked events` have `rk` besides, a
 * number that grows with the order of a key's events.
 */
export function frameEvents(member: Member, asked: Reach | undefined, ranked: boolean): Cte[] {
  const events = relationName(member, "events");
  const where = eventsWithin(member);
  const ordered = ranked || member.layout.latest !== null;
  const rank: Cte = {
    name: relationName(member, "ranked events"),
    why: "the same, with each event's place in the order of its key's events",
    materialized: true,
    sql: `SELECT *, ${rankSql(member, ["kid"])} AS rk FROM ${events}`,
  };
  if (isVersioned(member)) {
    const { ctes, sql } = versionedEvents(member, {
      ranked: ordered,
      where,
      name: (what) => relationName(member, what),
      keys: { columns: ["kid"], join: joinKeys(member) },
      most: member.hints.most,
    });
    const why = "the events of the keys asked for, each from when it is known until it is gone";
    return [...ctes, { name: events, why, materialized: false, sql }, ...(ranked ? [rank] : [])];
  }
  const columns = ["k.kid", ...eventColumns(member, ordered).map((c) => `e.${c}`)];
  // Where the bounds are known before, they are conditions on the source's own column.
  const within = asked ? reachOf(member, asked) : null;
  const bounds = within && timesWithin(member, within).length > 0 ? { within } : { where };
  return [
    {
      name: events,
      why: "the events of the keys asked for, as far back as a window reaches",
      materialized: false,
      sql: `SELECT ${columns.join(", ")}
  FROM (${eventsSql(member, { ranked: ordered, ...bounds })}) e
  ${joinKeys(member)}`,
    },
    ...(ranked ? [rank] : []),
  ];
}

/** From events `e` to the number of their key. */
const joinKeys = (member: Member): string =>
  `JOIN ${relationName(member, "keys")} k ON ${keysEqual(member.view, "e", "k")}`;

/** The event times that count for anything that is asked. */
function eventsWithin(member: Member): string[] {
  const asks = relationName(member, "asks");
  const lower = lookBack(member);
  return [
    `et <= (SELECT max(t) FROM ${asks})`,
    ...(lower === null ? [] : [`et >= (SELECT min(t) FROM ${asks}) - ${lower}`]),
  ];
}

/** Whether the order of events decides any of these features. */
export const needsRank = (features: readonly FeatureIR[]): boolean =>
  features.some((f) => f.kind === "window" && needsOrderOfEvents(f));

/** The relation of a member's events for these plans: with their ranks only where the order decides something. */
export const eventsFor = (member: Member, plans: readonly { readonly feature: FeatureIR }[]): string =>
  relationName(member, needsRank(plans.map((p) => p.feature)) ? "ranked events" : "events");
