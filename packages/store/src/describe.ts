import { didYouMean, formatDuration, LockstepError, type RepoIR, type ServiceIR, typeName } from "@lockstep/core";
import { printExpr, printFeature } from "@lockstep/registry";
import type { Description } from "./feature-store.js";

type Named = { readonly name: string; readonly description?: string; readonly owner?: string };
type Body = Pick<Description, "facts" | "tables">;

/** A declaration by its name: what it is, in short lines for people, and as data. */
export function describe(repo: RepoIR, name: string): Description {
  for (const [kind, list, body] of KINDS) {
    const found = list(repo).find((d) => d.name === name);
    if (!found) continue;
    const { facts, tables } = body(found as never, repo);
    return {
      kind,
      name,
      description: found.description ?? null,
      owner: found.owner ?? null,
      facts: facts.filter(([, text]) => text !== ""),
      tables,
      detail: found,
    };
  }
  const names = KINDS.flatMap(([, list]) => list(repo).map((d) => d.name));
  throw new LockstepError({
    code: "NAME_UNKNOWN",
    place: `'${name}'`,
    what: `nothing is declared under this name${didYouMean(name, names)}`,
    mend: "`fs list` shows what there is",
  });
}

const micros = (d: number | null): string => (d === null ? "" : formatDuration(d));

const KINDS: readonly (readonly [
  Description["kind"],
  (r: RepoIR) => readonly Named[],
  (d: never, r: RepoIR) => Body,
])[] = [
  [
    "feature view",
    (r) => r.views,
    (v: RepoIR["views"][number]) => ({
      facts: [
        ["entity", v.entity ?? "none: it applies to every row"],
        [
          "keys",
          v.keys.map((k) => `${k.key} ${typeName(k.type)}${k.column === k.key ? "" : ` from ${k.column}`}`).join(", "),
        ],
        ["source", v.source],
        ["ttl", micros(v.ttl)],
        ["freshness", micros(v.freshness)],
        ["tags", v.tags?.join(", ") ?? ""],
      ],
      tables: [
        {
          title: "features",
          columns: ["feature", "type", "computed as", "description"],
          rows: v.features.map((f) => [f.name, typeName(f.type), printFeature(f), said(f)]),
        },
      ],
    }),
  ],
  [
    "feature service",
    (r) => r.services,
    (s: ServiceIR, r) => ({
      facts: [],
      tables: [
        {
          title: "a request gives",
          columns: ["name", "type", "role"],
          rows: s.inputs.map((i) => [i.name, typeName(i.type), i.role]),
        },
        { title: "the answer holds", columns: ["column", "type", "from"], rows: serviceRows(s, r) },
      ],
    }),
  ],
  [
    "on-demand feature",
    (r) => r.onDemands,
    (o: RepoIR["onDemands"][number]) => ({
      facts: [],
      tables: [
        {
          title: "inputs",
          columns: ["name", "from"],
          rows: [
            ...o.request.map((f) => [f.name, `request: ${typeName(f.type)}`]),
            ...o.features.map((f) => [f.name, `feature ${f.view}.${f.feature}`]),
          ],
        },
        { title: "outputs", columns: ["name", "type"], rows: o.outputs.map((f) => [f.name, typeName(f.type)]) },
      ],
    }),
  ],
  [
    "source",
    (r) => r.sources,
    (s: RepoIR["sources"][number]) => ({
      facts: [
        ["kind", s.kind],
        ["path", s.path],
        ["event time", s.eventTime],
        ["known at", s.knownAt ? printExpr(s.knownAt) : s.eventTime],
        ...(s.id ? [["id", s.id.join(", ")] as [string, string]] : []),
        ...(s.version === undefined ? [] : [["version", s.version] as [string, string]]),
        ...(s.deleted === undefined ? [] : [["deleted", s.deleted] as [string, string]]),
        ["lookback", micros(s.lookback)],
      ],
      tables: [
        {
          title: "columns",
          columns: ["column", "type", "in the file"],
          rows: s.columns.map((c) => [c.name, typeName(c.type), c.from ?? c.name]),
        },
      ],
    }),
  ],
  [
    "entity",
    (r) => r.entities,
    (e: RepoIR["entities"][number], r) => ({
      facts: [
        [
          "feature views",
          r.views
            .filter((v) => v.entity === e.name)
            .map((v) => v.name)
            .join(", "),
        ],
      ],
      tables: [{ title: "keys", columns: ["key", "type"], rows: e.keys.map((k) => [k.name, typeName(k.type)]) }],
    }),
  ],
];

function serviceRows(service: ServiceIR, repo: RepoIR): string[][] {
  return service.members.flatMap((m) => {
    if (m.kind === "onDemand") {
      const outputs = repo.onDemands.find((o) => o.name === m.onDemand)?.outputs ?? [];
      return m.outputs.map((o) => [
        o.column,
        typeName(outputs.find((x) => x.name === o.output)?.type ?? { kind: "json" }),
        `on-demand ${m.onDemand}`,
      ]);
    }
    const view = repo.views.find((v) => v.name === m.view);
    return m.features.flatMap((f) => {
      const type = view?.features.find((x) => x.name === f.feature)?.type;
      return f.column === null || !type ? [] : [[f.column, typeName(type), `${m.view}.${f.feature}`]];
    });
  });
}

const said = ({ description, deprecated }: RepoIR["views"][number]["features"][number]): string =>
  [description, deprecated === undefined ? undefined : `deprecated: ${deprecated}`].filter(Boolean).join("; ");
