export { defineConfig, env } from "@lockstep/core";
export type { Frame, FrameExplanation, FrameOptions, Grid, Labels } from "@lockstep/offline";
export type { PushAnswer, Pusher } from "@lockstep/online";
export type {
  Cause,
  Fate,
  ParityCoverage,
  ParityDifference,
  ParityLogReport,
  ParityOptions,
  ParityReport,
  ParityRow,
  ParityView,
  Side,
  Why,
  WhyOptions,
  WhyRow,
} from "@lockstep/parity";
export type { PushInput, PushProgress, PushReport } from "@lockstep/push";
export { writeExampleData } from "./example-data.js";
export type {
  DefinitionOptions,
  Definitions,
  Description,
  FeatureStore,
  StoreHealth,
  StoreStatus,
} from "./feature-store.js";
export { type OpenOptions, openStore } from "./open-store.js";
