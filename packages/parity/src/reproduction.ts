import { formatInstant, stateLayout, type TypeIR, toWire, typeName } from "@lockstep/core";
import { encodeKey } from "@lockstep/online";
import type { Judged } from "./classify.js";
import type { Marks, ParityContext } from "./context.js";
import { freshBuild } from "./fresh-build.js";
import { hex } from "./hex.js";
import { keyHistory } from "./key-history.js";
import { keyOf } from "./pool.js";
import type { RateLimit } from "./rate-limit.js";
import type { Subject, SubjectColumn, SubjectView } from "./subject.js";
import { keyRecord } from "./tally.js";

/** Rows of the source that are written down for a key. */
const MOST_ROWS = 1_000;

/** For each difference all that it takes to look at it elsewhere: definitions, rows, and the bytes of both states. */
export async function reproductionOf(
  context: ParityContext & { readonly marks: Marks; readonly limit: RateLimit },
  subject: Subject,
  differences: readonly Judged[],
): Promise<unknown[]> {
  const out: unknown[] = [];
  for (const judged of differences) {
    const column = subject.columns[judged.column] as SubjectColumn;
    const own = subject.members.filter((m) => column.of === null || m.member.alias === column.view);
    const views = [];
    for (const member of own) views.push(await viewOf(context, member, judged));
    out.push({
      format: 1,
      project: context.version.repo.project,
      version: context.version.version,
      ...(subject.name === null ? {} : { service: subject.name }),
      view: column.view,
      feature: column.feature,
      type: typeName(column.type),
      key: keyRecord(subject, judged.input),
      at: formatInstant(judged.at),
      cause: judged.cause,
      evidence: judged.evidence,
      offline: { ...judged.offline, value: toWire(column.type, judged.offline.value) },
      online: { ...judged.online, value: toWire(column.type, judged.online.value) },
      views,
    });
  }
  return out;
}

async function viewOf(
  context: ParityContext & { readonly marks: Marks; readonly limit: RateLimit },
  member: SubjectView,
  { input }: Judged,
) {
  const { version, store, marks } = context;
  const { view } = member;
  const key = keyOf(input, member);
  const mark = marks.get(view.name);
  const generation = version.generations[view.name] ?? -1;
  const bytes = encodeKey(
    view.entity ?? "",
    view.keys.map((k) => k.type),
    key,
  );
  await context.limit.take(1);
  const { states } = bytes
    ? await store.read([{ key: bytes, generations: [generation] }], [generation])
    : { states: [] };
  const stored = states[0]?.[0] ?? null;
  const fresh = bytes && mark ? (await freshBuild(context, view, [key], mark)).get(hex(bytes)) : undefined;
  const layout = stateLayout(view);
  const rows = await keyHistory(context, view, key);
  const wire = (type: TypeIR | undefined, value: unknown) => (type ? toWire(type, value as never) : null);
  return {
    view,
    source: version.repo.sources.find((s) => s.name === view.source),
    generation,
    watermark: mark ? formatInstant(mark.t) : null,
    run: mark?.run ?? null,
    stored: stored && Buffer.from(stored).toString("base64"),
    fresh: fresh ? Buffer.from(fresh).toString("base64") : null,
    rowsInAll: rows.length,
    rows: rows.slice(-MOST_ROWS).map(({ et, ka, inputs, id, newness, ...row }) => ({
      ...row,
      eventTime: et === null ? null : formatInstant(et),
      knownAt: ka === null ? null : formatInstant(ka),
      id: id === null ? null : Number(id),
      newness: newness === null ? null : Number(newness),
      inputs: inputs.map((value, i) => wire(layout.inputs[i]?.type, value)),
    })),
  };
}
