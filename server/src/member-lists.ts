import type { Builder, StatusType } from "./builder.js";
import { cellList, type MemberColumns } from "./cells.js";
import type { ValueTypes } from "./member-type.js";
import type { MemberShape } from "./service-shape.js";
import { listType, perField } from "./value-types.js";

/** The same features as a member's object type has, each as one list: what `columns` answers. */
export function memberLists(builder: Builder, status: StatusType, member: MemberShape, types: ValueTypes) {
  const latest = member.features.filter((f) => f.latest);
  const nullable = { list: false, items: true } as const;
  const statuses = builder.objectRef<MemberColumns>(`${member.typeName}StatusLists`).implement({
    fields: (t) =>
      perField(member.features, (f) =>
        t.field({ type: [status], nullable, resolve: (of) => cellList(of, f.name, (c) => c.statuses) }),
      ),
  });
  const eventTimes =
    latest.length === 0
      ? null
      : builder.objectRef<MemberColumns>(`${member.typeName}EventTimeLists`).implement({
          description: "When the newest events happened; null where a feature is MISSING.",
          fields: (t) =>
            perField(latest, (f) =>
              t.field({ type: ["Timestamp"], nullable, resolve: (of) => cellList(of, f.name, (c) => c.eventTimes) }),
            ),
        });
  return builder.objectRef<MemberColumns>(`${member.typeName}Lists`).implement({
    ...(member.description === "" ? {} : { description: member.description }),
    fields: (t) => ({
      ...perField(member.features, (f) =>
        t.field({
          type: listType(types(f)),
          nullable: false,
          ...(f.description === undefined ? {} : { description: f.description }),
          ...(f.deprecated === undefined ? {} : { deprecationReason: f.deprecated }),
          resolve: (of) => cellList(of, f.name, (c) => c.values) as never,
        }),
      ),
      _statuses: t.field({ type: statuses, nullable: false, resolve: (of) => of }),
      ...(eventTimes ? { _event_times: t.field({ type: eventTimes, nullable: false, resolve: (of) => of }) } : {}),
    }),
  });
}

export type MemberLists = ReturnType<typeof memberLists>;
