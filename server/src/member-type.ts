import type { Builder, StatusType } from "./builder.js";
import { cellEventTime, cellStatus, cellValue, type MemberCells } from "./cells.js";
import type { MemberShape } from "./service-shape.js";
import { pascal } from "./type-names.js";
import { outputType, perField } from "./value-types.js";

/** The object type of a view or on-demand feature: its features, their statuses and event times. */
export function memberType(builder: Builder, status: StatusType, member: MemberShape) {
  const latest = member.features.filter((f) => f.latest);
  const statuses = builder.objectRef<MemberCells>(`${member.typeName}Statuses`).implement({
    fields: (t) =>
      perField(member.features, (f) => t.field({ type: status, resolve: (cells) => cellStatus(cells, f.name) })),
  });
  const eventTimes =
    latest.length === 0
      ? null
      : builder.objectRef<MemberCells>(`${member.typeName}EventTimes`).implement({
          description: "When the newest events happened; null where a feature is MISSING.",
          fields: (t) =>
            perField(latest, (f) => t.field({ type: "Timestamp", resolve: (cells) => cellEventTime(cells, f.name) })),
        });
  return builder.objectRef<MemberCells>(member.typeName).implement({
    ...(member.description === "" ? {} : { description: member.description }),
    fields: (t) => ({
      ...perField(member.features, (f) =>
        t.field({
          type: outputType(builder, f.type, member.typeName + pascal(f.name)),
          ...(f.description === undefined ? {} : { description: f.description }),
          ...(f.deprecated === undefined ? {} : { deprecationReason: f.deprecated }),
          resolve: (cells) => cellValue(cells, f.name) as never,
        }),
      ),
      _statuses: t.field({ type: statuses, nullable: false, resolve: (cells) => cells }),
      ...(eventTimes
        ? { _event_times: t.field({ type: eventTimes, nullable: false, resolve: (cells) => cells }) }
        : {}),
    }),
  });
}

export type MemberType = ReturnType<typeof memberType>;
