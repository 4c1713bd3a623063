import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "./graphql.js";
import type { MemberShape } from "./service-shape.js";

/**
 * The columns that a query asks a service for: those of its features, of their statuses and of their event times.
 * Undefined where it asks for no feature at all, only for the service's `t` and `watermark`.
 */
export function selectedColumns(info: GraphQLResolveInfo, members: readonly MemberShape[]): string[] | undefined {
  const asked = sets(info.fieldNodes);
  const answered = [...within(info, asked, "rows"), ...within(info, asked, "columns")];
  const columns = members.flatMap((member) => {
    const fields = within(info, answered, member.name);
    const names = new Set([
      ...selectedNames(info, fields),
      ...selectedNames(info, within(info, fields, "_statuses")),
      ...selectedNames(info, within(info, fields, "_event_times")),
    ]);
    return member.features.filter((f) => names.has(f.name)).map((f) => f.column);
  });
  return columns.length === 0 ? undefined : columns;
}

const within = (info: GraphQLResolveInfo, from: readonly SelectionSetNode[], field: string): SelectionSetNode[] =>
  sets(from.flatMap((set) => fieldsOf(info, set)).filter((node) => node.name.value === field));

const selectedNames = (info: GraphQLResolveInfo, from: readonly SelectionSetNode[]): string[] =>
  from.flatMap((set) => fieldsOf(info, set)).map((node) => node.name.value);

const sets = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));

/** All fields of a set that will be answered. Each type of this schema is an object type, so every fragment applies. */
function fieldsOf(info: GraphQLResolveInfo, set: SelectionSetNode): FieldNode[] {
  return set.selections
    .filter((node) => included(info, node))
    .flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node];
      const body = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value];
      return body ? fieldsOf(info, body.selectionSet) : [];
    });
}

const included = (info: GraphQLResolveInfo, node: SelectionNode): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.["if"] !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.["if"] !== false;
