import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "./graphql.js";

/** What a plan cannot know: such a document is Yoga's. */
export class NotPlanned extends Error {}

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * The fields that some selections answer, by the key of the answer, merged as graphql-js merges them. Each type of this
 * schema is an object type, so every fragment applies.
 */
export function collectFields(fragments: Fragments, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  const add = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (!isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const same = fields.get(key);
        if (same) same.push(node);
        else fields.set(key, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) add(node.selectionSet);
      else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments[node.name.value];
        if (fragment) add(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) add(set);
  return fields;
}

/** `@skip` and `@include` whose condition is written in the document. */
function isIncluded(node: SelectionNode): boolean {
  return (node.directives ?? []).every(({ name, arguments: given = [] }) => {
    const condition = given[0]?.value;
    if (condition?.kind !== Kind.BOOLEAN || given.length !== 1) throw new NotPlanned();
    if (name.value === "skip") return !condition.value;
    if (name.value === "include") return condition.value;
    throw new NotPlanned();
  });
}

export const setsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
