import type { Entity } from "./entity.js";
import { didYouMean } from "./errors.js";
import type { Diagnostics } from "./repo.js";

/** Reports the names in a mapping of keys that are no keys of the entity. */
export function reportUnknownKeys(
  entity: Entity | null,
  mapped: Readonly<Record<string, string>>,
  place: string,
  diagnostics: Diagnostics,
): void {
  const keys = Object.keys(entity?.keys ?? {});
  for (const name of Object.keys(mapped)) {
    if (keys.includes(name)) continue;
    diagnostics.report({
      code: "KEY_UNKNOWN",
      place,
      what: `entity '${entity?.name ?? "(none)"}' has no key '${name}'${didYouMean(name, keys)}`,
      mend: keys.length > 0 ? `its keys are ${keys.join(", ")}` : "the view has no entity: leave the mapping out",
    });
  }
}
