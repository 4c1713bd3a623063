import { type NamedType, type TypeIR, typeName, typescriptType } from "@lockstep/core";
import type { Catalog, CatalogService, CatalogSource } from "@lockstep/server";
import { pascalName, propertyName, valueName } from "./names.js";

type Input = CatalogService["inputs"][number];
type Column = CatalogService["columns"][number];

/** A module that types and describes services and sources for `@lockstep/client`: the same text whenever they are the same. */
export function moduleText({ services, sources }: Catalog): string {
  const types = [...(sources.length > 0 ? ["PushSource"] : []), ...(services.length > 0 ? ["Service"] : [])];
  const taken = new Set(services.map(({ name }) => valueName(name)));
  return [
    "// Written by `fs codegen`. To change it, change the declarations, apply them, and run that again.\n",
    types.length > 0 ? `import type { ${types.join(", ")} } from "@lockstep/client";\n` : "export {};\n",
    ...[...services].sort(byName).map(serviceText),
    ...[...sources].sort(byName).map((source) => sourceText(source, taken)),
  ].join("");
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

const serviceText = ({ name, description, entityType, inputs, columns }: CatalogService): string => {
  const type = pascalName(name);
  return `
/** What a request for \`${name}\` gives for one row. */
export interface ${type}Request {${block(inputs.map(inputText))}}

/** What an answer of \`${name}\` holds for one row. */
export interface ${type}Answer {${block(columns.map(columnText))}}

${doc(description === null ? [] : description.split("\n"), "")}export const ${valueName(name)}: Service<${JSON.stringify(name)}, ${type}Request, ${type}Answer> = {
  name: ${JSON.stringify(name)},
  entityType: ${JSON.stringify(entityType)},
  inputs: [${block(inputs.map(namedText))}${inputs.length > 0 ? "  " : ""}],
  columns: [${block(columns.map(catalogText))}${columns.length > 0 ? "  " : ""}],
};
`;
};

/** What a service is called like gets a `_`. */
const sourceText = ({ name, description, columns }: CatalogSource, taken: ReadonlySet<string>): string => {
  const type = `${pascalName(name)}Row`;
  const value = taken.has(valueName(name)) ? `${valueName(name)}_` : valueName(name);
  return `
/** A row to push to \`${name}\`. A column that is left out is null. */
export interface ${type} {${block(columns.map(rowText))}}

${doc(description === null ? [] : description.split("\n"), "")}export const ${value}: PushSource<${JSON.stringify(name)}, ${type}> = {
  name: ${JSON.stringify(name)},
  columns: [${block(columns.map(namedText))}  ],
};
`;
};

const block = (lines: readonly string[]): string =>
  lines.map((line) => `\n${line}`).join("") + (lines.length > 0 ? "\n" : "");

const inputText = ({ name, type, role }: Input): string =>
  property(name, requestType(type), [`${role === "key" ? "An entity key" : "A request field"}: ${typeName(type)}`]);

const columnText = ({ column, type, description, deprecated }: Column): string =>
  property(column, typescriptType(type, { vector: "Float32Array" }), [
    ...(description === null ? [] : description.split("\n")),
    `As declared: ${typeName(type)}`,
    ...(deprecated === null ? [] : [`@deprecated ${deprecated.replaceAll("\n", " ")}`]),
  ]);

const property = (name: string, type: string, lines: readonly string[], mark = ""): string =>
  `${doc(lines, "  ")}  readonly ${propertyName(name)}${mark}: ${type} | null;`;

/** What may be given where a value of the type is asked for. */
function requestType(type: TypeIR): string {
  if (type.kind === "int64") return "bigint | number";
  if (type.kind === "timestamp") return "bigint | string";
  return type.kind === "vector" ? "readonly number[] | Float32Array | Float64Array" : typescriptType(type);
}

const rowText = ({ name, type }: NamedType): string =>
  property(name, requestType(type), [`As declared: ${typeName(type)}`], "?");

const namedText = ({ name, type }: NamedType): string =>
  `    { name: ${JSON.stringify(name)}, type: ${typeText(type)} },`;

const catalogText = ({ column, path: [member, feature], type }: Column): string =>
  `    { column: ${JSON.stringify(column)}, member: ${JSON.stringify(member)}, feature: ${JSON.stringify(feature)}, type: ${typeText(type)} },`;

/** A type as an object literal. */
function typeText(type: TypeIR): string {
  const parts = Object.entries(type).map(([name, value]) => `${name}: ${partText(value)}`);
  return `{ ${parts.join(", ")} }`;
}

function partText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((field) => typeText(field)).join(", ")}]`;
  return typeof value === "object" && value !== null ? typeText(value as TypeIR) : JSON.stringify(value);
}

/** A comment for editors. What a description says can't end it. */
function doc(lines: readonly string[], indent: string): string {
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/").trimEnd());
  if (safe.length === 0) return "";
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}\n`).join("")}${indent} */\n`;
}
