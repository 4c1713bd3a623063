import {
  didYouMean,
  type FeaturePlan,
  formatInstant,
  instant,
  LockstepError,
  type StateLayout,
  stateLayout,
  type TypeIR,
  toWire,
  tryFromWire,
  typeName,
  type Value,
  type ViewIR,
} from "@lockstep/core";
import { checkSources, trainingFrame } from "@lockstep/offline";
import { createReader } from "@lockstep/online";
import { printExpr, printFeature } from "@lockstep/registry";
import { type Marks, marksOf, type ParityContext } from "../context.js";
import { becameOf, rowsSince } from "../evidence/rows-since.js";
import type { HistoryRow } from "../key-history.js";
import { givenOfKey } from "../pushes/given-of-key.js";
import { countingPushed, type Pushed, type PushedRows, pushedRows } from "../pushes/pushed-rows.js";
import type { Side } from "../report.js";
import { viewSubject } from "../subject.js";
import { agree, companionName, companions, isInexact, tolerance } from "../tolerance.js";
import { boundsAt } from "./bounds.js";
import { chosenRows } from "./chosen-rows.js";
import { type Fate, fatesOf, type Judgement } from "./fates.js";
import { historyOf } from "./history.js";
import type { FateCounts, Why, WhyOptions, WhyRow } from "./report.js";
import { verdictOf } from "./verdict.js";

const ROWS = 40;

/** Why a feature of a key has the value that it has at an instant, offline and online. */
export async function why(
  given: ParityContext,
  name: string,
  keyGiven: Readonly<Record<string, unknown>>,
  options: WhyOptions = {},
): Promise<Why> {
  const { version } = given;
  const { view, feature } = featureNamed(version.repo.views, name);
  const key = view.keys.map(({ key, type }) => keyPart(view, key, type, keyGiven));
  const mark = (await marksOf(given)).get(view.name) ?? null;
  const later = mark && mark.t > given.now ? mark.t : given.now;
  const t = options.at === undefined ? later : instant(options.at);
  const db = given.db.session();
  try {
    const source = version.repo.sources.filter((s) => s.name === view.source);
    const context = { ...given, db, sources: await checkSources(db, given.sources, source) };
    const layout = stateLayout(view);
    const plan = layout.features.find((p) => p.feature.name === feature.name) as FeaturePlan;
    const givenRows = await givenOfKey(context.store, version.generations[view.name] ?? -1, view, key);
    const pushed = await pushedRows(context, version.repo, view, givenRows);
    const rows = await historyOf(context, view, key, pushed);
    const ask = { view, feature: feature.name, key, t };
    const offline = await offlineSide(context, ask, null);
    const asked = mark && t >= mark.t ? { marks: new Map([[view.name, mark]]), pushed: byView(pushed) } : null;
    const expected = asked && (await offlineSide(context, ask, asked));
    const online = asked && (await onlineSide(context, ask));
    const wrong = asked && expected && online && !sameWithin(expected, online);
    const became = wrong ? await becauseOfSource(context, ask, asked, online) : null;
    const fates = {
      offline: fatesOf(view, plan, rows, { t, knownBy: null }),
      online: mark && t >= mark.t ? fatesOf(view, plan, rows, { t, knownBy: mark.t }) : null,
    };
    const input = inputOf(layout, plan);
    const told = rows.map((row, i) => whyRow(row, input, fates.offline[i] as Judgement, fates.online?.[i] ?? null));
    const bounds = feature.kind === "window" ? boundsAt(feature.window, t) : null;
    return {
      view: view.name,
      feature: feature.name,
      key: Object.fromEntries(view.keys.map(({ key: part, type }, i) => [part, toWire(type, key[i] ?? null)])),
      at: formatInstant(t),
      type: typeName(feature.type),
      definition: printFeature(feature),
      argument: feature.kind === "row" ? printExpr(feature.value) : feature.argument && printExpr(feature.argument),
      where: feature.kind === "window" && feature.where ? printExpr(feature.where) : null,
      window: bounds && feature.kind === "window" ? windowText(bounds, feature.window.bounds) : null,
      ttl: feature.kind === "row" && view.ttl !== null ? view.ttl / 1e6 : null,
      generation: version.generations[view.name] ?? -1,
      run: mark?.run ?? null,
      watermark: mark && formatInstant(mark.t),
      offline: side(feature.type, offline),
      expected: expected && side(feature.type, expected),
      online: online && side(feature.type, online),
      verdict: verdictOf({
        t,
        mark,
        offline,
        expected,
        online,
        rows: told,
        became,
        missing: (pushed?.missing ?? 0) > 0,
        agree: sameWithin,
      }),
      counts: {
        offline: countsOf(told, (r) => r.offline),
        online: fates.online && countsOf(told, (r) => r.online as Fate),
      },
      rows: chosenRows(told, options.rows ?? ROWS),
      total: told.length,
    };
  } finally {
    await db.release();
  }
}

/** A side's value, and how far from it another may be. */
export interface Answered {
  readonly value: Value;
  readonly status: Side["status"];
  readonly error?: string;
  readonly allowed: number;
}

const sameWithin = (a: Answered, b: Answered): boolean =>
  a.status === b.status && a.error === b.error && agree(a.value, b.value, Math.max(a.allowed, b.allowed));

interface Ask {
  readonly view: ViewIR;
  readonly feature: string;
  readonly key: readonly Value[];
  readonly t: bigint;
}

/** Of which run, and of which pushed rows. */
interface AsOf {
  readonly marks: Marks;
  readonly pushed: Pushed;
}

const byView = (rows: PushedRows | null): Pushed => new Map(rows ? [[rows.view, rows]] : []);

/** Whether rows came late, or were rewritten, since the run that the key's state is of. */
async function becauseOfSource(context: ParityContext, { view, feature, key, t }: Ask, asked: AsOf, online: Answered) {
  const subject = viewSubject(context.version.repo, view);
  const column = subject.columns.findIndex((c) => c.feature === feature);
  const since = await rowsSince(context, subject, [{ at: t, input: key }], asked.marks, asked.pushed);
  return becameOf(since, subject, column, 0, online);
}

async function offlineSide(
  context: ParityContext,
  { view, feature, key, t }: Ask,
  asked: AsOf | null,
): Promise<Answered> {
  const { db, version } = context;
  const of = view.features.find((f) => f.name === feature);
  const widened = { ...version.repo, views: version.repo.views.map(companions) };
  const {
    context: { sources },
    of: { repo },
    marks,
  } = countingPushed(context, { repo: widened }, asked?.pushed ?? new Map(), asked?.marks ?? new Map(), "all");
  const service = {
    name: "why",
    members: [
      {
        kind: "view" as const,
        view: view.name,
        alias: view.name,
        keys: Object.fromEntries(view.keys.map((k) => [k.key, k.key])),
        features: [
          { feature, column: "__value" },
          ...(of && isInexact(of) ? [{ feature: companionName(feature), column: "__magnitude" }] : []),
        ],
      },
    ],
    inputs: view.keys.map((k) => ({ name: k.key, type: k.type, role: "key" as const })),
  };
  const labels = [{ ...Object.fromEntries(view.keys.map((k, i) => [k.key, key[i]])), __at: t }];
  const frame = await trainingFrame({ db, repo, sources, computations: new Map() }, service, {
    labels,
    timestamp: "__at",
    statuses: true,
    knownBy: new Map([...marks].map(([name, { t }]) => [name, t])),
  });
  try {
    const [row = {}] = await frame.rows();
    const allowed = of && isInexact(of) ? tolerance(of, row["__magnitude"] ?? null) : 0;
    return { value: row["__value"] ?? null, status: row["__value__status"] as Side["status"], allowed };
  } finally {
    await frame.close();
  }
}

async function onlineSide(context: ParityContext, { view, feature, key, t }: Ask): Promise<Answered> {
  const { store, version, computations, now } = context;
  const { service, repo } = viewSubject(version.repo, view);
  const serving = { repo, computations, generations: new Map(Object.entries(version.generations)) };
  const reader = createReader({ store, serving: () => serving, now: () => now });
  const row = Object.fromEntries(view.keys.map((k, i) => [k.key, key[i]]));
  const { columns, errors } = await reader.read(service.name, [row], { at: t, columns: [`${view.name}__${feature}`] });
  const [column] = columns;
  return {
    value: column?.values[0] ?? null,
    status: column?.statuses[0] ?? "NULL",
    ...(errors[0] ? { error: errors[0].code } : {}),
    allowed: 0,
  };
}

const side = (type: TypeIR, { value, status, error }: Answered): Side => ({
  value: toWire(type, value),
  status,
  ...(error === undefined ? {} : { error }),
});

/** The input that the feature is made of; null for count(). */
function inputOf(layout: StateLayout, plan: FeaturePlan) {
  const index = plan.kind === "latest" ? plan.input : (plan.specs[0]?.input ?? null);
  return index === null ? null : { index, type: layout.inputs[index]?.type as TypeIR };
}

const iso = (micros: bigint | null): string | null => (micros === null ? null : formatInstant(micros));

function whyRow(
  row: HistoryRow,
  input: ReturnType<typeof inputOf>,
  offline: Judgement,
  online: Judgement | null,
): WhyRow {
  const other = (by: HistoryRow | null) => by && { version: by.version, eventTime: iso(by.et), knownAt: iso(by.ka) };
  return {
    eventTime: iso(row.et),
    knownAt: iso(row.ka),
    event: row.id === null ? null : Number(row.id),
    version: row.version,
    from: row.from,
    value: input ? toWire(input.type, row.inputs[input.index] ?? null) : null,
    offline: offline.fate,
    online: online?.fate ?? null,
    by: other(offline.by),
    onlineBy: other(online?.by ?? null),
  };
}

const windowText = ({ from, to }: { from: bigint | null; to: bigint }, bounds: string) => ({
  from: iso(from),
  to: formatInstant(to),
  bounds,
});

function countsOf(rows: readonly WhyRow[], fate: (row: WhyRow) => Fate): FateCounts {
  const counts = new Map<Fate, number>();
  for (const row of rows) counts.set(fate(row), (counts.get(fate(row)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function featureNamed(views: readonly ViewIR[], name: string) {
  const [viewName = "", featureName = ""] = name.split(".");
  const view = views.find((v) => v.name === viewName);
  const feature = view?.features.find((f) => f.name === featureName);
  if (view && feature) return { view, feature };
  const names = view ? view.features.map((f) => `${view.name}.${f.name}`) : views.map((v) => v.name);
  throw new LockstepError({
    code: "FEATURE_UNKNOWN",
    place: `'${name}'`,
    what: view
      ? `the view '${view.name}' has no such feature${didYouMean(name, names)}`
      : `no such view is served${didYouMean(viewName, names)}`,
    mend: view ? `choose one of ${names.join(", ")}` : `write VIEW.FEATURE, with one of ${names.join(", ")}`,
  });
}

function keyPart(view: ViewIR, name: string, type: TypeIR, given: Readonly<Record<string, unknown>>): Value {
  const wanted = view.keys.map((k) => `${k.key} (${typeName(k.type)})`).join(", ");
  const other = Object.keys(given).find((part) => view.keys.every((k) => k.key !== part));
  const value = Object.hasOwn(given, name) ? tryFromWire(type, given[name]) : undefined;
  if (value !== undefined && other === undefined) return value;
  throw new LockstepError({
    code: "KEY_INVALID",
    place: `view '${view.name}'`,
    what:
      other === undefined
        ? `'${name}' is ${Object.hasOwn(given, name) ? `not a ${typeName(type)}` : "missing"}`
        : `it has no key '${other}'`,
    mend: `give ${wanted}`,
  });
}
