import { didYouMean } from "./errors.js";
import type { AnyExpr } from "./expr.js";
import type { AnyView } from "./feature-view.js";
import type { WindowFeature } from "./features.js";
import type { FeatureIR, ViewIR } from "./ir.js";
import { lowerDuration } from "./lower-duration.js";
import { reportUnknownKeys } from "./lower-keys.js";
import { lowerPush } from "./lower-push.js";
import { caseClashes, nameProblem } from "./names.js";
import type { Diagnostics } from "./repo.js";
import { sameType, typeName } from "./types.js";

export function lowerView(view: AnyView, diagnostics: Diagnostics): ViewIR {
  const place = `feature view '${view.name}'`;
  const { deprecated = {} } = view;
  const features = Object.entries(view.features).map(([name, f]) => {
    const reason = deprecated[name];
    return { ...lowerFeature(name, f), ...(reason === undefined ? {} : { deprecated: reason }) };
  });
  for (const name of Object.keys(deprecated)) {
    if (name in view.features) continue;
    diagnostics.report({
      code: "FEATURE_UNKNOWN",
      place: `${place}, deprecated`,
      what: `it has no feature '${name}'${didYouMean(name, Object.keys(view.features))}`,
      mend: "name one of its features, or leave it out",
    });
  }
  for (const { name } of features) {
    const problem = nameProblem(name, "a feature", `${place}, feature '${name}'`);
    if (problem) diagnostics.report(problem);
  }
  for (const [a, b] of caseClashes(features.map((f) => f.name))) {
    diagnostics.report({
      code: "NAME_CLASH",
      place,
      what: `'${a}' and '${b}' differ only in case, and engines fold case`,
      mend: "rename one of them",
    });
  }
  if (features.length === 0) {
    diagnostics.report({
      code: "VIEW_EMPTY",
      place,
      what: "it declares no features",
      mend: "return at least one from `features`",
    });
  }
  const micros = (d: AnyView["ttl"], what: string) =>
    d === null ? null : lowerDuration(d, `${place}, ${what}`, diagnostics);
  const keys = lowerKeys(view, place, diagnostics);
  const push = lowerPush(view.source, keys, features);
  return {
    name: view.name,
    entity: view.entity?.name ?? null,
    keys,
    source: view.source.name,
    ttl: micros(view.ttl, "ttl"),
    asOf: view.asOf,
    features,
    freshness: micros(view.freshness, "freshness"),
    ...(push ? { push } : {}),
    ...(view.description === undefined ? {} : { description: view.description }),
    ...(view.owner === undefined ? {} : { owner: view.owner }),
    ...(view.tags === undefined ? {} : { tags: view.tags }),
  };
}

function lowerKeys(view: AnyView, place: string, diagnostics: Diagnostics): ViewIR["keys"] {
  reportUnknownKeys(view.entity, view.keyColumns, place, diagnostics);
  if (!view.entity) return [];
  const columns = view.source.columnNames;
  return Object.entries(view.entity.keys).map(([key, type]) => {
    const name = view.keyColumns[key] ?? key;
    const column = columns.find((c) => c.name === name);
    if (!column) {
      diagnostics.report({
        code: "VIEW_KEY_COLUMN",
        place,
        what: `source '${view.source.name}' has no column '${name}' for the key '${key}' of entity '${view.entity?.name}'${didYouMean(
          name,
          columns.map((c) => c.name),
        )}`,
        mend: `name the column: keys: { ${key}: "..." }`,
      });
    } else if (!sameType(column.type, type.ir)) {
      diagnostics.report({
        code: "VIEW_KEY_TYPE",
        place,
        what: `column '${name}' is a ${typeName(column.type)}, the key '${key}' a ${typeName(type.ir)}`,
        mend: "declare both with one type",
      });
    }
    return { key, column: name, type: type.ir };
  });
}

function lowerFeature(name: string, feature: AnyExpr | WindowFeature): FeatureIR {
  if ("declares" in feature) {
    const { aggregate, params, argument, where, window, ignoreNulls, type, text } = feature;
    return {
      kind: "window",
      name,
      type,
      aggregate,
      ...(params === undefined ? {} : { params }),
      argument,
      where,
      window,
      ignoreNulls,
      ...(text === undefined ? {} : { description: text }),
    };
  }
  return { kind: "row", name, type: feature.ir.type, value: feature.ir };
}
