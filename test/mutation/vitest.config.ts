import { join } from "node:path";
import { mergeConfig, type Plugin } from "vitest/config";
import base from "../../vitest.config.js";
import { mutated, ROOT } from "./mutation.js";
import { MUTATIONS } from "./mutations/index.js";

const name = process.env["LOCKSTEP_MUTATION"];
const mutation = MUTATIONS.find((m) => m.name === name);
if (!mutation) throw new Error(`there is no mutation '${name}'`);

/** The tests as ever, over sources of which one is changed. */
const change: Plugin = {
  name: "mutation",
  enforce: "pre",
  load: (id) => (id === join(ROOT, mutation.file) ? mutated(mutation) : null),
};

export default mergeConfig(base, { root: ROOT, plugins: [change] });
