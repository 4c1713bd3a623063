import type { Diagnostic, SourceIR } from "@lockstep/core";
import type { PushAnswer } from "@lockstep/online";
import type { Builder } from "../builder.js";
import { nameProblems, pascal, structClaims, type TypeClaim } from "../type-names.js";
import { inputType, perField } from "../value-types.js";

const rowType = (source: string): string => `Push${pascal(source)}Row`;

/** The types that pushing takes, for whoever looks for clashes. */
export const pushClaims = (sources: readonly SourceIR[]): TypeClaim[] =>
  sources.length === 0
    ? []
    : [
        ...["PushStatus", "PushAnswer", "PushResult"].map((type) => ({ type, owner: "the schema itself" })),
        ...sources.flatMap(({ name, columns }) => {
          const owner = `source '${name}'`;
          const structs = columns.flatMap((c) => structClaims(rowType(name) + pascal(c.name), c.type, owner));
          return [{ type: rowType(name), owner }, ...structs];
        }),
      ];

export const pushProblems = (sources: readonly SourceIR[]): Diagnostic[] =>
  sources.flatMap(({ name, columns }) => nameProblems(columns, `source '${name}'`));

/** Adds a mutation for each source. */
export function addPushes(builder: Builder, sources: readonly SourceIR[]): void {
  if (sources.length === 0) return;
  const status = builder.enumType("PushStatus", {
    description: "What became of a pushed row.",
    values: {
      ACCEPTED: { description: "It is in the store, and counts at once" },
      DUPLICATE: { description: "Exactly this row was there" },
      LATE: { description: "Known at or before the T of every view: the source speaks of it" },
      REJECTED: { description: "It is no row of the source, or there is no room for it" },
    },
  });
  const answer = builder.objectRef<PushAnswer>("PushAnswer").implement({
    fields: (t) => ({
      status: t.field({ type: status, nullable: false, resolve: (a) => a.status }),
      code: t.string({ resolve: (a) => ("code" in a ? a.code : null) }),
      reason: t.string({ description: "Why it is refused", resolve: (a) => ("reason" in a ? a.reason : null) }),
      late: t.field({
        type: ["String"],
        nullable: { list: true, items: false },
        description: "The views for which it came too late, where others have taken it",
        resolve: (a) => ("late" in a ? (a.late ?? null) : null),
      }),
    }),
  });
  const result = builder.objectRef<readonly PushAnswer[]>("PushResult").implement({
    fields: (t) => {
      const count = (wanted: PushAnswer["status"]) =>
        t.int({ nullable: false, resolve: (answers) => answers.filter((a) => a.status === wanted).length });
      return {
        accepted: count("ACCEPTED"),
        duplicate: count("DUPLICATE"),
        late: count("LATE"),
        rejected: count("REJECTED"),
        answers: t.field({
          type: [answer],
          nullable: { list: false, items: false },
          description: "An answer for each row, in the order given",
          resolve: (answers) => answers,
        }),
      };
    },
  });
  builder.mutationType({});
  for (const source of sources) {
    const row = builder.inputType(rowType(source.name), {
      ...(source.description === undefined ? {} : { description: source.description }),
      fields: (t) =>
        perField(source.columns, ({ name, type }) =>
          t.field({ type: inputType(builder, type, rowType(source.name) + pascal(name)) }),
        ),
    });
    builder.mutationField(`push_${source.name}`, (t) =>
      t.field({
        type: result,
        nullable: true,
        description: `Puts rows of '${source.name}' into every view over it. A column that is left out is null.`,
        args: { rows: t.arg({ type: [row], required: true }) },
        resolve: (_root, { rows }, { pusher }) => pusher.push(source.name, rows as readonly object[]),
      }),
    );
  }
}
