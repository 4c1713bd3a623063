import { collectFields, type Fragments, NotPlanned, setsOf } from "./collect-fields.js";
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "./graphql.js";
import { planArguments, planVariables } from "./plan-inputs.js";
import type {
  CellField,
  ObjectPlan,
  Pick,
  QueryPlan,
  ResultField,
  RowField,
  ServiceField,
  TypeNameField,
} from "./query-plan.js";
import type { FeatureShape, MemberShape, ServiceShape } from "./service-shape.js";

/** The plan of a document that is valid; null where it asks for what only Yoga knows: introspection, the catalog. */
export function planQuery(
  schema: GraphQLSchema,
  services: readonly ServiceShape[],
  document: DocumentNode,
): QueryPlan | null {
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  const query = schema.getQueryType();
  if (!operation || operations.length > 1 || operation.operation !== "query" || !query) return null;
  if (operation.directives?.length) return null;
  const fragments: Fragments = Object.fromEntries(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d]] : [])),
  );
  try {
    return {
      operation: operation.name?.value ?? null,
      variables: planVariables(schema, operation),
      fields: fieldsOf(fragments, query, [operation.selectionSet], (key, name, nodes) => {
        const service = services.find((s) => s.name === name);
        if (!service) throw new NotPlanned();
        return serviceField(fragments, query, service, key, nodes);
      }),
    };
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}

/** The fields of a type that are selected, in the order of the answer. */
function fieldsOf<F>(
  fragments: Fragments,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  planned: (key: string, name: string, nodes: readonly FieldNode[]) => F,
): (F | TypeNameField)[] {
  return [...collectFields(fragments, sets)].map(([key, nodes]) => {
    const name = nodes[0]?.name.value ?? "";
    if (name === "__typename") return { kind: "typename", key, text: type.name };
    if (name.startsWith("__")) throw new NotPlanned();
    return planned(key, name, nodes);
  });
}

function serviceField(
  fragments: Fragments,
  query: GraphQLObjectType,
  shape: ServiceShape,
  key: string,
  nodes: readonly FieldNode[],
): ServiceField {
  const field = query.getFields()[shape.name];
  const type = objectOf(field?.type);
  const cells = new Set<string>();
  const result = fieldsOf(fragments, type, setsOf(nodes), (own, name, within): ResultField => {
    if (name === "t" || name === "watermark") return { kind: name, key: own };
    const kind = name === "columns" ? "columns" : "rows";
    return { kind, key: own, object: answerPlan(fragments, typeOf(type, name), shape, setsOf(within), cells) };
  });
  const columns = shape.members.flatMap((m) => m.features.map((f) => f.column)).filter((column) => cells.has(column));
  return {
    kind: "service",
    key,
    nodes,
    service: shape.name,
    columns: columns.length === 0 ? undefined : columns,
    args: planArguments(field?.args ?? [], nodes[0] as FieldNode),
    result,
  };
}

/** What is selected of a row; or of all of them, whose columns have the same names. */
function answerPlan(
  fragments: Fragments,
  type: GraphQLObjectType,
  shape: ServiceShape,
  sets: readonly SelectionSetNode[],
  cells: Set<string>,
): ObjectPlan {
  const fields = fieldsOf(fragments, type, sets, (key, name, nodes): RowField => {
    const member = shape.members.find((m) => m.name === name) as MemberShape;
    return { kind: "object", key, object: memberPlan(fragments, typeOf(type, name), member, setsOf(nodes), cells) };
  });
  return { fields };
}

const NESTED: { readonly [name: string]: CellField["of"] } = { _statuses: "status", _event_times: "eventTime" };

function memberPlan(
  fragments: Fragments,
  type: GraphQLObjectType,
  member: MemberShape,
  sets: readonly SelectionSetNode[],
  cells: Set<string>,
): ObjectPlan {
  const cell = (key: string, name: string, nodes: readonly FieldNode[], of: CellField["of"]): CellField => {
    const { column } = member.features.find((f) => f.name === name) as FeatureShape;
    cells.add(column);
    const pick = of === "value" ? pickOf(fragments, type.getFields()[name]?.type, nodes) : null;
    return { kind: "cell", key, nodes, column, of, pick };
  };
  const fields = fieldsOf(fragments, type, sets, (key, name, nodes): RowField => {
    const of = NESTED[name];
    if (of === undefined) return cell(key, name, nodes, "value");
    const own = typeOf(type, name);
    const object = { fields: fieldsOf(fragments, own, setsOf(nodes), (k, feature, ns) => cell(k, feature, ns, of)) };
    return { kind: "object", key, object };
  });
  return { fields };
}

/** Of a struct, or of a list of them, what is selected of each. */
function pickOf(fragments: Fragments, of: GraphQLOutputType | undefined, nodes: readonly FieldNode[]): Pick | null {
  const type = getNamedType(of);
  if (!isObjectType(type)) return null;
  return fieldsOf(fragments, type, setsOf(nodes), (key, name, within) => {
    return { kind: "field", key, name, pick: pickOf(fragments, type.getFields()[name]?.type, within) };
  });
}

const typeOf = (parent: GraphQLObjectType, field: string): GraphQLObjectType =>
  objectOf(parent.getFields()[field]?.type);

function objectOf(type: GraphQLOutputType | undefined): GraphQLObjectType {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new Error("the schema has an object type here");
  return named;
}
