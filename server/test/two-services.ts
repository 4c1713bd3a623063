import { compileRepo, featureService } from "@lockstep/core";
import * as features from "../../feature_repo/src/features.js";

/** The example with a second service of its own view, so that a caller may be permitted one of two. */
export const twoServices = compileRepo("flights", [
  ...Object.values(features),
  featureService("origins_only", [features.originDelays]),
]).ir;
