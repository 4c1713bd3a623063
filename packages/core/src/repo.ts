import type { Entity } from "./entity.js";
import { type Diagnostic, LockstepError } from "./errors.js";
import type { FeatureService } from "./feature-service.js";
import type { AnyView } from "./feature-view.js";
import type { RepoIR } from "./ir.js";
import { lowerOnDemand } from "./lower-on-demand.js";
import { lowerService } from "./lower-service.js";
import { lowerEntity, lowerSource } from "./lower-source.js";
import { lowerView } from "./lower-view.js";
import { caseClashes, nameProblem } from "./names.js";
import type { OnDemand } from "./on-demand.js";
import type { Source } from "./source.js";

/** Anything that a feature repo exports and that Lockstep reads. */
export type Declaration = Entity | Source | AnyView | OnDemand | FeatureService;

/** The functions that a repo's on-demand features run, by name. They are code, so they are not part of the IR. */
export type Computations = ReadonlyMap<string, OnDemand>;

export interface CompiledRepo {
  readonly ir: RepoIR;
  readonly computations: Computations;
}

/** Where diagnostics are collected, so that one run names all mistakes. */
export interface Diagnostics {
  report(diagnostic: Diagnostic): void;
}

/**
 * Compiles declarations, and all that they refer to, into the plain data that everything else reads.
 * Throws one LockstepError with every mistake found.
 */
export function compileRepo(project: string, declarations: Iterable<unknown>): CompiledRepo {
  const found: Diagnostic[] = [];
  const diagnostics: Diagnostics = { report: (d) => found.push(d) };
  const all = reachable(declarations);
  const ofKind = <T extends Declaration>(kind: string) =>
    [...all].filter((d): d is T => kindOf(d) === kind).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  const [entities, sources, views] = [
    ofKind<Entity>("entity"),
    ofKind<Source>("source"),
    ofKind<AnyView>("viewMember"),
  ];
  const [onDemands, services] = [ofKind<OnDemand>("onDemand"), ofKind<FeatureService>("featureService")];
  const problem = nameProblem(project, "a project", "lockstep.config.ts");
  if (problem) found.push(problem);
  // Views and on-demand features share the columns' namespace.
  for (const [what, list] of [
    ["an entity", entities],
    ["a source", sources],
    ["a feature view or an on-demand feature", [...views, ...onDemands]],
    ["a feature service", services],
  ] as const) {
    checkNames(what, list, diagnostics);
  }
  const irViews = views.map((view) => lowerView(view, diagnostics));
  const irOnDemands = onDemands.map((o) => lowerOnDemand(o, diagnostics));
  const ir: RepoIR = {
    format: 1,
    project,
    entities: entities.map((e) => lowerEntity(e, diagnostics)),
    sources: sources.map((s) => lowerSource(s, diagnostics)),
    views: irViews,
    onDemands: irOnDemands,
    services: services.map((s) => lowerService(s, { views: irViews, onDemands: irOnDemands }, diagnostics)),
  };
  if (found.length > 0) throw new LockstepError(found);
  return { ir, computations: new Map(onDemands.map((o) => [o.name, o])) };
}

/** True for a declaration made by any copy of this package. */
export function isDeclaration(x: unknown): x is Declaration {
  return typeof x === "object" && x !== null && "declares" in x && "name" in x;
}

function kindOf(d: Declaration): string {
  return d.declares;
}

function reachable(roots: Iterable<unknown>): Set<Declaration> {
  const seen = new Set<Declaration>();
  const visit = (x: unknown): void => {
    // An alias of a view (`as`, `pick`, `rename`) is a member of a service, not a declaration of its own.
    const d = aliasOf(x) ?? x;
    if (!isDeclaration(d) || seen.has(d)) return;
    seen.add(d);
    if (d.declares === "viewMember") [d.entity, d.source].forEach(visit);
    if (d.declares === "onDemand") for (const ref of Object.values(d.features)) visit(ref.view);
    if (d.declares === "featureService") d.members.forEach(visit);
  };
  for (const root of roots) visit(root);
  return seen;
}

const aliasOf = (x: unknown): unknown =>
  typeof x === "object" && x !== null && "declares" in x && x.declares === "viewMember" && "view" in x
    ? x.view
    : undefined;

function checkNames(what: string, list: readonly Declaration[], diagnostics: Diagnostics): void {
  for (const d of list) {
    const problem = nameProblem(d.name, what, `'${d.name}'`);
    if (problem) diagnostics.report(problem);
  }
  for (const [a, b] of caseClashes(list.map((d) => d.name))) {
    diagnostics.report({
      code: "NAME_CLASH",
      place: `'${b}'`,
      what:
        a === b
          ? `two declarations of ${what} are named '${a}'`
          : `'${a}' and '${b}' differ only in case, and engines fold case`,
      mend: "rename one of them",
    });
  }
}
