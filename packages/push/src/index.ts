export { adoptPushes } from "./adopt-pushes.js";
export { indexRows } from "./index-rows.js";
export { distinctLinks, entriesAfter, pushedEntries } from "./links.js";
export { createPusher, type PushContext, push } from "./push.js";
export { type PushInput, type PushProgress, type PushReport, pushInput } from "./push-input.js";
export { heirsOf, type PushTarget } from "./push-targets.js";
export { type Tombstones, tombstonesOf } from "./tombstones.js";
