/** What is said of a declaration, a line each. A label names the fact, and its text is what may change. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  /** What the fact consists of, so that a change shows only what differs. */
  readonly parts?: readonly Fact[];
  /** Prose and code are too long to be shown. */
  readonly long?: true;
  /** The list that it stands in, where the order of that list matters. */
  readonly list?: string;
}

export const fact = (label: string, text: string | number | null | undefined, list?: string): Fact[] =>
  text === null || text === undefined || text === ""
    ? []
    : [{ label, text: String(text), ...(list === undefined ? {} : { list }) }];

export const longFact = (label: string, text: string | null | undefined): Fact[] =>
  text === null || text === undefined ? [] : [{ label, text, long: true }];

/** The lines that tell one list of facts from another: `+ owner ops`, `- key origin`, `ttl 2d → 3d`. */
export function factChanges(from: readonly Fact[], to: readonly Fact[]): string[] {
  const before = new Map(from.map((f) => [f.label, f]));
  const after = new Map(to.map((f) => [f.label, f]));
  const gone = from.filter((f) => !after.has(f.label)).map((f) => `- ${f.label}`);
  return [...gone, ...to.flatMap((f) => changeOf(before.get(f.label), f)), ...movedLists(from, to, before, after)];
}

/** What there is to show of a declaration that is new. */
export const factLines = (facts: readonly Fact[]): string[] => facts.filter((f) => !f.long).map(line);

const line = ({ label, text, long }: Fact): string => (long ? label : `${label} ${text}`.trim());

function changeOf(before: Fact | undefined, after: Fact): string[] {
  if (!before) return [`+ ${line(after)}`];
  const parts = factChanges(before.parts ?? [], after.parts ?? []);
  if (parts.length > 0) return [`${after.label}: ${parts.join(", ")}`];
  if (before.text === after.text) return [];
  return [after.long ? `${after.label} changed` : `${line(before)} → ${after.text}`];
}

type ByLabel = ReadonlyMap<string, Fact>;

function movedLists(from: readonly Fact[], to: readonly Fact[], before: ByLabel, after: ByLabel): string[] {
  const lists = new Set(to.flatMap((f) => f.list ?? []));
  const order = (facts: readonly Fact[], list: string) =>
    facts.filter((f) => f.list === list && before.has(f.label) && after.has(f.label)).map((f) => f.label);
  return [...lists]
    .filter((list) => order(from, list).join("\n") !== order(to, list).join("\n"))
    .map((list) => `order of ${list} changed`);
}
