import { type DocumentNode, parse } from "../graphql.js";
import { limitError } from "./limit-error.js";
import type { Limits } from "./limits.js";

/** More brackets within brackets than this would be more than the stack can hold. */
const NESTED = 200;

/** Parses a document unless it is too long, or nested so deep that parsing could not end well. */
export function parseDocument(text: string, { tokens }: Limits): DocumentNode {
  const depth = nesting(text);
  if (depth > NESTED) {
    throw limitError("LIMIT_DEPTH", `its brackets are ${depth} deep, and ${NESTED} are allowed`);
  }
  return parse(text, { maxTokens: tokens });
}

const OPENING = new Set("([{");
const CLOSING = new Set(")]}");

/** How deep brackets lie within brackets, text and comments left out. */
export function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [sign] of text.matchAll(/"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|[()[\]{}]/g)) {
    if (OPENING.has(sign)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(sign)) depth--;
  }
  return deepest;
}
