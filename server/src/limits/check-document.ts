import type { LockstepError } from "@lockstep/core";
import type { DocumentNode } from "../graphql.js";
import { documentSize } from "./document-size.js";
import { limitError } from "./limit-error.js";
import type { Limits } from "./limits.js";

/** What a document has too much of. To be asked before it is validated, which can take long for one that is too large. */
export function checkDocument(document: DocumentNode, limits: Limits): LockstepError[] {
  const { depth, aliases, fields } = documentSize(document);
  return [
    ...(depth > limits.depth
      ? [limitError("LIMIT_DEPTH", `its fields are ${depth} deep, and ${limits.depth} are allowed`)]
      : []),
    ...(aliases > limits.aliases
      ? [limitError("LIMIT_ALIASES", `it has ${aliases} aliases, and ${limits.aliases} are allowed`)]
      : []),
    ...(fields > limits.fields
      ? [limitError("LIMIT_FIELDS", `it has ${fields} fields, and ${limits.fields} are allowed`)]
      : []),
  ];
}
