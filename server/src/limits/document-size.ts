import { type DocumentNode, Kind, type SelectionSetNode } from "../graphql.js";

/** How much a document asks for, its fragments written out. Of several operations the greatest of each. */
export interface DocumentSize {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

const NOTHING: DocumentSize = { depth: 0, aliases: 0, fields: 0 };

/** Each fragment is measured once, however often it is spread, so that this takes no longer than parsing did. */
export function documentSize(document: DocumentNode): DocumentSize {
  const bodies = new Map<string, SelectionSetNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) bodies.set(node.name.value, node.selectionSet);
  }
  const measured = new Map<string, DocumentSize>();
  const fragment = (name: string): DocumentSize => {
    const known = measured.get(name);
    if (known) return known;
    // What spreads itself is refused by validation.
    measured.set(name, NOTHING);
    const body = bodies.get(name);
    const size = body ? sizeOf(body) : NOTHING;
    measured.set(name, size);
    return size;
  };
  const sizeOf = (set: SelectionSetNode): DocumentSize => {
    let { depth, aliases, fields } = NOTHING;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const within = node.selectionSet ? sizeOf(node.selectionSet) : NOTHING;
        // The question that tools ask of a schema is deep by itself.
        const deep = node.name.value.startsWith("__") ? 0 : within.depth;
        depth = Math.max(depth, 1 + deep);
        aliases += within.aliases + (node.alias ? 1 : 0);
        fields += within.fields + 1;
      } else {
        const within = node.kind === Kind.INLINE_FRAGMENT ? sizeOf(node.selectionSet) : fragment(node.name.value);
        depth = Math.max(depth, within.depth);
        aliases += within.aliases;
        fields += within.fields;
      }
    }
    return { depth, aliases, fields };
  };
  const operations = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [sizeOf(node.selectionSet)] : [],
  );
  return {
    depth: Math.max(0, ...operations.map((o) => o.depth)),
    aliases: Math.max(0, ...operations.map((o) => o.aliases)),
    fields: Math.max(0, ...operations.map((o) => o.fields)),
  };
}
