export { definitionHash, viewDefinition } from "./definition.js";
export type { RegistryEvent } from "./events.js";
export { typeSchema } from "./expr-schema.js";
export { fileLog } from "./file-log.js";
export { nextGenerations } from "./generations.js";
export { keyHash } from "./key-hash.js";
export { loadBundle } from "./load-bundle.js";
export type { Entry, RegistryLog } from "./log.js";
export { logRegistry } from "./log-registry.js";
export { openRegistry } from "./open-registry.js";
export { type DeclarationKind, type Plan, type PlanChange, planChanges } from "./plan.js";
export { printExpr, printFeature, printWindow } from "./print.js";
export type {
  AppliedVersion,
  Registry,
  RegistryState,
  Retired,
  Run,
  RunMode,
  RunOutcome,
  Tombstone,
} from "./registry.js";
export { type EvidenceFolder, evidenceFolder, type FileFingerprint, type RunEvidence } from "./run-evidence.js";
export { servedAt } from "./served-at.js";
export { EMPTY_STATE, fold } from "./state.js";
