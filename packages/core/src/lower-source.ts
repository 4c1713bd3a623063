import type { Entity } from "./entity.js";
import type { EntityIR, SourceIR } from "./ir.js";
import { lowerDuration } from "./lower-duration.js";
import { caseClashes } from "./names.js";
import type { Diagnostics } from "./repo.js";
import type { Source } from "./source.js";
import { sourceProblems } from "./source-problems.js";
import { typeRow } from "./type-table.js";
import { typeName } from "./types.js";

export function lowerEntity(entity: Entity, diagnostics: Diagnostics): EntityIR {
  const keys = Object.entries(entity.keys).map(([name, type]) => ({ name, type: type.ir }));
  const place = `entity '${entity.name}'`;
  if (keys.length === 0) {
    diagnostics.report({
      code: "ENTITY_WITHOUT_KEY",
      place,
      what: "it has no key",
      mend: "give it a key, or leave the entity out of the view: then the view applies to every row",
    });
  }
  for (const { name, type } of keys) {
    if (!typeRow(type).key) {
      diagnostics.report({
        code: "ENTITY_KEY_TYPE",
        place: `${place}, key '${name}'`,
        what: `a ${typeName(type)} cannot be a key`,
        mend: "use an integer, a decimal, text, bytes, a date, a timestamp or a bool",
      });
    }
  }
  reportClashes(
    keys.map((k) => k.name),
    place,
    diagnostics,
  );
  return { name: entity.name, keys, ...(entity.description === undefined ? {} : { description: entity.description }) };
}

export function lowerSource(source: Source, diagnostics: Diagnostics): SourceIR {
  const place = `source '${source.name}'`;
  const names = source.columnNames.map((c) => c.name);
  for (const problem of sourceProblems(source)) diagnostics.report(problem);
  reportClashes(names, place, diagnostics);
  return {
    name: source.name,
    kind: source.kind,
    path: source.path,
    columns: source.columnNames,
    eventTime: source.eventTime,
    knownAt: source.knownAt,
    ...(source.id.length > 0 ? { id: source.id } : {}),
    ...(source.version === null ? {} : { version: source.version }),
    ...(source.deleted === null ? {} : { deleted: source.deleted }),
    lookback: source.lookback === null ? null : lowerDuration(source.lookback, `${place}, lookback`, diagnostics),
    ...(source.push ? { push: true } : {}),
    ...(source.description === undefined ? {} : { description: source.description }),
    ...(source.owner === undefined ? {} : { owner: source.owner }),
  };
}

function reportClashes(names: readonly string[], place: string, diagnostics: Diagnostics): void {
  for (const [a, b] of caseClashes(names)) {
    diagnostics.report({
      code: "NAME_CLASH",
      place,
      what: `'${a}' and '${b}' differ only in case, and engines fold case`,
      mend: "rename one of them",
    });
  }
}
