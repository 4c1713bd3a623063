import type { RepoIR, ViewIR } from "@lockstep/core";
import { entityFacts, onDemandFacts, serviceFacts, sourceFacts, viewFacts } from "./declaration-facts.js";
import { definitionOf, viewDefinition } from "./definition.js";
import { type Fact, factChanges, factLines } from "./facts.js";
import type { AppliedVersion } from "./registry.js";
import { sha256 } from "./sha256.js";

export type DeclarationKind = "entity" | "source" | "feature view" | "on-demand feature" | "feature service";

export interface PlanChange {
  readonly action: "add" | "change" | "remove";
  readonly kind: DeclarationKind;
  readonly name: string;
  /** Lines for people: `feature mean_delay_3h: window 3h → 6h`, `+ feature x (float64) = delay`, `ttl 2d → 3d`. */
  readonly details: readonly string[];
  /** A new generation: it must be materialized before it can be read. */
  readonly materialize: boolean;
}

export interface Plan {
  readonly isEmpty: boolean;
  readonly changes: readonly PlanChange[];
  /** The code that on-demand features run is not what is applied, even where their declarations are. */
  readonly codeChanged: boolean;
}

/** What applying a repo would change. Pure: it touches nothing. */
export function planChanges(
  head: Pick<AppliedVersion, "repo" | "bundle"> | null,
  { repo, bundle }: { readonly repo: RepoIR; readonly bundle: Uint8Array },
): Plan {
  const changes = KINDS.flatMap((kind) => changesOf(kind, head?.repo ?? null, repo));
  const codeChanged = head !== null && repo.onDemands.length > 0 && head.bundle !== sha256(bundle);
  return { isEmpty: changes.length === 0 && !codeChanged, changes, codeChanged };
}

interface Named {
  readonly name: string;
}
interface Kind<D extends Named> {
  readonly kind: DeclarationKind;
  readonly of: (repo: RepoIR) => readonly D[];
  readonly facts: (declaration: D, repo: RepoIR) => Fact[];
}

const kindOf = <D extends Named>(kind: Kind<D>) => kind as unknown as Kind<Named>;

/** In the order in which one builds on another. */
const KINDS: readonly Kind<Named>[] = [
  kindOf({ kind: "entity", of: (r) => r.entities, facts: entityFacts }),
  kindOf({ kind: "source", of: (r) => r.sources, facts: sourceFacts }),
  kindOf({ kind: "feature view", of: (r) => r.views, facts: viewFacts }),
  kindOf({ kind: "on-demand feature", of: (r) => r.onDemands, facts: onDemandFacts }),
  kindOf({ kind: "feature service", of: (r) => r.services, facts: serviceFacts }),
];

function changesOf({ kind, of, facts }: Kind<Named>, from: RepoIR | null, to: RepoIR): PlanChange[] {
  const before = new Map((from ? of(from) : []).map((d) => [d.name, d]));
  const after = new Map(of(to).map((d) => [d.name, d]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): PlanChange[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!now) return [{ action: "remove", kind, name, details: [], materialize: false }];
    const isView = kind === "feature view";
    if (!old || !from) return [{ action: "add", kind, name, details: factLines(facts(now, to)), materialize: isView }];
    const materialize = isView && definitionOf(from, name) !== definitionOf(to, name);
    const details = factChanges(facts(old, from), facts(now, to));
    if (isView) details.push(...sourceChange(old as ViewIR, from, to));
    return details.length > 0 || materialize ? [{ action: "change", kind, name, details, materialize }] : [];
  });
}

/** A view whose source stays the same by name, and not by what it reads from it. */
function sourceChange(view: ViewIR, from: RepoIR, to: RepoIR): string[] {
  const named = (repo: RepoIR) => repo.sources.find((s) => s.name === view.source);
  const [old, now] = [named(from), named(to)];
  return old && now && viewDefinition(view, old) !== viewDefinition(view, now)
    ? [`its source ${now.name} changes`]
    : [];
}
