import { type NamedType, typeName } from "@lockstep/core";
import type { LoggedAnswer, LoggedShape } from "@lockstep/online";
import { type AppliedVersion, servedAt } from "@lockstep/registry";
import { type Subject, serviceSubject } from "../subject.js";
import { Tally } from "../tally.js";
import { type FrameFile, frameFile } from "./frame-file.js";
import type { LogContext } from "./log-context.js";
import type { ParityLogOptions } from "./parity-log.js";
import type { ServedRow } from "./served-row.js";

/** Answers of one service and the same columns, of one version, that should have been of one version. */
export interface GroupCheck {
  readonly subject: Subject;
  readonly answered: AppliedVersion;
  readonly reference: AppliedVersion;
  readonly frame: FrameFile | null;
  readonly tally: Tally;
  readonly waiting: ServedRow[];
  readonly instants: Set<bigint>;
  readonly keys: Set<string>;
  rows: number;
  unmatched: number;
  watermark: bigint;
}

export async function groupOf(
  context: LogContext,
  checks: Map<string, GroupCheck>,
  { shape, wall }: LoggedAnswer,
  options: ParityLogOptions,
): Promise<GroupCheck | null> {
  const { state } = context;
  const answered = shape.version === null ? context.version : state.versions.find((v) => v.version === shape.version);
  if (!answered || !isOf(answered, shape)) return null;
  const reference = options.frame ? context.version : referenceVersion(context, answered, wall, shape.service);
  const id = JSON.stringify([shape.service, answered.version, reference.version, shape.columns]);
  const known = checks.get(id);
  if (known) return known;
  const service = reference.repo.services.find((s) => s.name === shape.service);
  if (!service) return null;
  const whole = serviceSubject(reference.repo, service);
  // A key of another type is another key.
  if (shape.inputs.some((i) => service.inputs.some((own) => own.name === i.name && !isSameType(own, i)))) return null;
  const logged = new Map(shape.columns.map((c) => [c.name, c.type]));
  const columns = whole.columns.flatMap((c) => {
    const servedType = logged.get(c.name);
    return servedType ? [{ ...c, servedType }] : [];
  });
  const subject = { ...whole, columns };
  const check: GroupCheck = {
    subject,
    answered,
    reference,
    frame: options.frame ? await frameFile(context.db, options.frame.path, options.frame.timestamp, subject) : null,
    tally: new Tally(subject),
    waiting: [],
    instants: new Set(),
    keys: new Set(),
    rows: 0,
    unmatched: 0,
    watermark: -(2n ** 63n),
  };
  checks.set(id, check);
  return check;
}

const isSameType = (a: NamedType, b: NamedType): boolean => typeName(a.type) === typeName(b.type);

/** Whether a version can have answered so: a log may be another project's. */
function isOf({ repo, generations }: AppliedVersion, { service: name, inputs, columns, views }: LoggedShape): boolean {
  const service = repo.services.find((s) => s.name === name);
  if (!service) return false;
  const own = [...service.inputs, ...serviceSubject(repo, service).columns];
  const has = (one: NamedType) => own.some((o) => o.name === one.name && isSameType(o, one));
  return [...inputs, ...columns].every(has) && views.every((v) => generations[v.view] === v.generation);
}

/** How long after a cut-over a server may still answer from the version before, in microseconds. */
const CUT_OVER = 10_000_000n;

/** The version that was served then, by the registry's own times; around a cut-over either is right. */
function referenceVersion(
  { state, version }: LogContext,
  answered: AppliedVersion,
  wall: bigint,
  service: string,
): AppliedVersion {
  const iso = (micros: bigint) => new Date(Number(micros / 1000n)).toISOString();
  const [before, then] = [wall - CUT_OVER, wall + CUT_OVER].map((at) => servedAt(state, iso(at)));
  if ([before, then].some((v) => v?.version === answered.version)) return answered;
  const served = servedAt(state, iso(wall)) ?? version;
  return isSame(served, answered, service) ? answered : served;
}

/** Two versions that define the views of a service alike, and run the same functions. */
function isSame(a: AppliedVersion, b: AppliedVersion, name: string): boolean {
  if (a.version === b.version) return true;
  const of = (v: AppliedVersion) => v.repo.services.find((s) => s.name === name);
  const views = (v: AppliedVersion) =>
    of(v)?.members.flatMap((m) =>
      m.kind === "view" ? [`${m.view} ${v.generations[m.view]}`] : [`${m.onDemand} ${v.bundle}`],
    );
  return JSON.stringify([of(a), views(a)]) === JSON.stringify([of(b), views(b)]);
}
