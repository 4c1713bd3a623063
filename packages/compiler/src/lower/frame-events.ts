import { needsOrderOfEvents, type WindowFeatureIR } from "@lockstep/core";
import { lookBack, type Reach, reachOf } from "../reach.js";
import type { Cte } from "./cte.js";
import { eventColumns, eventsSql, rankSql } from "./events.js";
import { isVersioned, keysEqual, type Member, relationName } from "./member.js";
import { versionedEvents } from "./versions.js";

/**
 * The events of the keys asked for: `kid`, the columns of an event, and `gone` where a correction may end it. Each
 * reader scans the few columns that it needs, unless finding the events is work. `ranked events` have `rk` besides, a
 * number that grows with the order of a key's events, where some reader needs it.
 */
export function frameEvents(member: Member, asked: Reach | undefined): Cte[] {
  const { view, layout } = member;
  const [asks, events] = [relationName(member, "asks"), relationName(member, "events")];
  const join = `JOIN ${relationName(member, "keys")} k ON ${keysEqual(view, "e", "k")}`;
  const lower = lookBack(member);
  const where = [
    `et <= (SELECT max(t) FROM ${asks})`,
    ...(lower === null ? [] : [`et >= (SELECT min(t) FROM ${asks}) - ${lower}`]),
  ];
  const rankedWindows = view.features.some((f) => f.kind === "window" && needsOrderOfEvents(f));
  const versioned = isVersioned(member);
  const ordered = layout.latest !== null || rankedWindows;
  const ranked: Cte = {
    name: relationName(member, "ranked events"),
    why: "the same, with each event's place in the order of its key's events",
    materialized: true,
    sql: `SELECT *, ${rankSql(member, ["kid"])} AS rk FROM ${events}`,
  };
  const rank = rankedWindows || (versioned && layout.latest !== null) ? [ranked] : [];
  if (versioned) {
    const { ctes, sql } = versionedEvents(member, {
      ranked: ordered,
      where,
      name: (what) => relationName(member, what),
      keys: { columns: ["kid"], join },
    });
    const why = "the events of the keys asked for, each from when it is known until it is gone";
    return [...ctes, { name: events, why, materialized: true, sql }, ...rank];
  }
  const columns = ["k.kid", ...eventColumns(member, ordered).map((c) => `e.${c}`)];
  const within = asked ? { within: reachOf(member, asked) } : {};
  return [
    {
      name: events,
      why: "the events of the keys asked for, as far back as a window reaches",
      materialized: false,
      sql: `SELECT ${columns.join(", ")}
  FROM (${eventsSql(member, { ranked: ordered, where, ...within })}) e
  ${join}`,
    },
    ...rank,
  ];
}

/** The relation of a member's events for these features: with their ranks only where the order decides something. */
export const eventsFor = (member: Member, features: readonly WindowFeatureIR[]): string =>
  relationName(member, features.some(needsOrderOfEvents) ? "ranked events" : "events");
