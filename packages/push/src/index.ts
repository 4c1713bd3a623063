export { adoptPushes } from "./adopt-pushes.js";
export { distinctLinks, entriesAfter, pushedEntries } from "./links.js";
export { createPusher, type PushContext, push } from "./push.js";
export { type PushInput, type PushProgress, type PushReport, pushInput } from "./push-input.js";
export { heirsOf } from "./push-targets.js";
export { type Tombstones, tombstonesOf } from "./tombstones.js";
