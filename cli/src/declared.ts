import { type RepoIR, type ServiceIR, serviceColumns, type ViewIR } from "@lockstep/core";
import { counted } from "./numbers.js";

/** A declaration as one line of a list. */
export interface Declared {
  readonly kind: "entity" | "source" | "feature view" | "on-demand feature" | "feature service";
  readonly name: string;
  /** The little that tells it from others of its kind. */
  readonly what: string;
  readonly owner: string | null;
  readonly description: string | null;
}

type Common = { readonly name: string; readonly owner?: string; readonly description?: string };

const names = (list: readonly { readonly name: string }[]): string => list.map((x) => x.name).join(", ");

const line = (kind: Declared["kind"], d: Common, what: string): Declared => ({
  kind,
  name: d.name,
  what,
  owner: d.owner ?? null,
  description: d.description ?? null,
});

const viewText = (v: ViewIR): string => `${counted(v.features.length, "feature")} of ${v.entity ?? "every row"}`;
const serviceText = (s: ServiceIR): string => counted(serviceColumns(s.members).length, "feature");

/** What can be listed, by the word for it on the command line. */
export const LISTS = {
  entities: (repo: RepoIR) => repo.entities.map((e) => line("entity", e, names(e.keys))),
  sources: (repo: RepoIR) => repo.sources.map((s) => line("source", s, `${s.kind} ${s.path}`)),
  views: (repo: RepoIR) => repo.views.map((v) => line("feature view", v, viewText(v))),
  "on-demand": (repo: RepoIR) =>
    repo.onDemands.map((o) => line("on-demand feature", o, counted(o.outputs.length, "output"))),
  services: (repo: RepoIR) => repo.services.map((s) => line("feature service", s, serviceText(s))),
} as const satisfies Readonly<Record<string, (repo: RepoIR) => Declared[]>>;

export type ListKind = keyof typeof LISTS;
export const LIST_KINDS = Object.keys(LISTS) as ListKind[];
