import type { Builder, StatusType } from "./builder.js";
import { cellEventTime, cellStatus, cellValue, type MemberCells } from "./cells.js";
import type { FeatureShape, MemberShape } from "./service-shape.js";
import { pascal } from "./type-names.js";
import { outputType, perField } from "./value-types.js";

/** The GraphQL type of each feature's values. */
export type ValueTypes = (feature: FeatureShape) => ReturnType<typeof outputType>;

export function valueTypes(builder: Builder, { typeName, features }: MemberShape): ValueTypes {
  const types = new Map(features.map((f) => [f.name, outputType(builder, f.type, typeName + pascal(f.name))]));
  return ({ name }) => types.get(name) as ReturnType<typeof outputType>;
}

/** The object type of a view or on-demand feature: its features, their statuses and event times. */
export function memberType(builder: Builder, status: StatusType, member: MemberShape, types: ValueTypes) {
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
          type: types(f),
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
