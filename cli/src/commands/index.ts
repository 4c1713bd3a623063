import type { AnyCommand } from "../command.js";
import { apply } from "./apply.js";
import { codegen } from "./codegen.js";
import { compile } from "./compile.js";
import { describe } from "./describe.js";
import { forget } from "./forget.js";
import { get } from "./get.js";
import { init } from "./init.js";
import { list } from "./list.js";
import { materialize } from "./materialize.js";
import { parity } from "./parity.js";
import { plan } from "./plan.js";
import { push } from "./push.js";
import { serve } from "./serve.js";
import { status } from "./status.js";
import { sweep } from "./sweep.js";
import { train } from "./train.js";
import { why } from "./why.js";

/** In the order in which they are used, which is that of `fs --help`. */
export const COMMANDS: readonly AnyCommand[] = [
  init,
  plan,
  apply,
  compile,
  train,
  materialize,
  push,
  serve,
  codegen,
  get,
  parity,
  why,
  forget,
  sweep,
  status,
  list,
  describe,
];
