import type { Answer } from "@lockstep/online";
import type { Builder } from "./builder.js";
import { type AnswerColumns, answerColumns, answerRows, memberCells, memberOf, type RowCells } from "./cells.js";
import type { MemberLists } from "./member-lists.js";
import type { MemberType } from "./member-type.js";
import { selectedColumns } from "./selection.js";
import type { MemberShape, ServiceShape } from "./service-shape.js";
import { pascal } from "./type-names.js";
import { inputType, perField } from "./value-types.js";

/** A member's types: of one row, and of all. */
export interface MemberTypes {
  readonly cells: MemberType;
  readonly lists: MemberLists;
}

/** Adds a service's types, and the query field that answers it. */
export function addService(
  builder: Builder,
  service: ServiceShape,
  memberTypes: ReadonlyMap<string, MemberTypes>,
): void {
  const entity = entityType(builder, service);
  const typesOf = ({ typeName }: MemberShape) => memberTypes.get(typeName) as MemberTypes;
  const row = builder.objectRef<RowCells>(`${service.typeName}Row`).implement({
    fields: (t) =>
      perField(service.members, (member) =>
        t.field({
          type: typesOf(member).cells,
          nullable: false,
          resolve: (cells) => memberCells(cells, member.name),
        }),
      ),
  });
  const columns = builder.objectRef<AnswerColumns>(`${service.typeName}Columns`).implement({
    fields: (t) =>
      perField(service.members, (member) =>
        t.field({
          type: typesOf(member).lists,
          nullable: false,
          resolve: (members) => memberOf(members, member.name),
        }),
      ),
  });
  const result = builder.objectRef<Answer>(`${service.typeName}Result`).implement({
    fields: (t) => ({
      t: t.field({
        type: "Timestamp",
        nullable: false,
        description: "The one instant that every value is of",
        resolve: (answer) => answer.t,
      }),
      watermark: t.field({
        type: "Timestamp",
        description: "Up to when the views read have been materialized: the latest of them",
        resolve: (answer) => answer.watermark,
      }),
      rows: t.field({
        type: [row],
        nullable: { list: false, items: false },
        description: "A row for each entity, in the order asked for",
        resolve: (answer) => answerRows(answer, service.members),
      }),
      columns: t.field({
        type: columns,
        nullable: false,
        description: "The same by feature: a list with a value for each entity, in the order asked for",
        resolve: (answer) => answerColumns(answer, service.members),
      }),
    }),
  });
  builder.queryField(service.name, (t) =>
    t.field({
      // One service of a query may fail alone.
      type: result,
      nullable: true,
      ...(service.description === "" ? {} : { description: service.description }),
      args: {
        entities: t.arg({ type: [entity], required: true }),
        at: t.arg({ type: "Timestamp", description: "The instant asked about. Default: now" }),
      },
      resolve: (_root, { entities, at }, { reader }, info) => {
        const columns = selectedColumns(info, service.members);
        return reader.read(service.name, entities as readonly Readonly<Record<string, unknown>>[], {
          ...(typeof at === "bigint" ? { at } : {}),
          ...(columns === undefined ? {} : { columns }),
        });
      },
    }),
  );
}

/** GraphQL has no input type without fields, so a service that needs no input has one that stays empty. */
function entityType(builder: Builder, { typeName, inputs }: ServiceShape) {
  return builder.inputType(`${typeName}Entity`, {
    fields: (t) => ({
      ...(inputs.length > 0 ? {} : { _: t.boolean({ description: "No input is needed: leave it out" }) }),
      ...perField(inputs, (input) =>
        t.field({
          type: inputType(builder, input.type, `${typeName}Entity${pascal(input.name)}`),
          description: input.role === "key" ? "An entity key" : "A request field",
        }),
      ),
    }),
  });
}
