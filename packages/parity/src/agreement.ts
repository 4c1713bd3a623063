import type { Found } from "./compare.js";
import { agree } from "./tolerance.js";

/** Whether two sides have the same. `right`: where it was recomputed it says how far numbers may be from it. */
export const same = (
  found: Found,
  right: Found & { readonly allowed?: number },
  allowed = right.allowed ?? 0,
): boolean => found.status === right.status && found.error === right.error && agree(found.value, right.value, allowed);
