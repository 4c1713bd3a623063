import type { Cte } from "./cte.js";
import { needsRank } from "./frame-events.js";
import { keysEqual, type Member, relationName } from "./member.js";

/** A member, or its half whose keys are dense or sparse; `ctes` are its own `asks` and `events`. */
export interface Part {
  readonly member: Member;
  readonly dense: boolean;
  readonly ctes: readonly Cte[];
}

/** Where only some keys are dense, what is asked of them goes another way than the rest. */
export function partsOf(member: Member): readonly Part[] {
  const { dense } = member.hints;
  if (typeof dense === "boolean") return [{ member, dense, ctes: [] }];
  return [half(member, dense, true), half(member, dense, false)];
}

function half(whole: Member, keys: string, dense: boolean): Part {
  const member: Member = { ...whole, part: dense ? "dense" : "sparse", hints: { ...whole.hints, dense } };
  const asks = relationName(member, "asks");
  const ranked = needsRank(whole.view.features);
  const events = (what: string): Cte => ({
    name: relationName(member, what),
    why: "the events of those keys",
    materialized: false,
    sql: `SELECT e.* FROM ${relationName(whole, what)} e${dense ? ` SEMI JOIN ${asks} a ON e.kid = a.kid` : ""}`,
  });
  return {
    member,
    dense,
    ctes: [
      {
        name: asks,
        why: dense ? "what is asked of keys with many events" : "what is asked of the others",
        materialized: true,
        sql: `SELECT a.* FROM ${relationName(whole, "asks")} a ${dense ? "SEMI" : "ANTI"} JOIN ${keys} d ON ${keysEqual(whole.view, "a", "d")}`,
      },
      events("events"),
      ...(ranked ? [events("ranked events")] : []),
    ],
  };
}
