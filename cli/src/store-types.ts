import type { FeatureStore } from "lockstep";

type Result<Method extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<Method>>;

export type Plan = Result<FeatureStore["plan"]>;
export type PlanChange = Plan["changes"][number];
export type Answer = Result<FeatureStore["read"]>;
export type Frame = Result<FeatureStore["trainingFrame"]>;
export type FrameExplanation = Result<Frame["explain"]>;
export type FrameOptions = Parameters<FeatureStore["trainingFrame"]>[1];
export type Forgotten = Result<FeatureStore["forget"]>;
export type PushReport = Result<FeatureStore["pushInput"]>;
export type Swept = Result<FeatureStore["sweep"]>[number];
export type MaterializeOptions = NonNullable<Parameters<FeatureStore["materialize"]>[0]>;
export type MaterializeProgress = Parameters<NonNullable<MaterializeOptions["onProgress"]>>[0];
export type MaterializeResult = Result<FeatureStore["materialize"]>[number];
