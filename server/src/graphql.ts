// graphql is published twice, and values of its two copies don't mix: Vite takes the other copy than Node does for
// Yoga and Pothos. The full path names Node's.
export {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  printSchema,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql/index.js";
