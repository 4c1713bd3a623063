import type { MemberIR, RepoIR, ServiceIR, TypeIR } from "@lockstep/core";

/** A GraphQL query that asks a service for a few features of one entity; null where it has none to show. */
export function exampleQuery(repo: RepoIR, service: ServiceIR, now: string): string | null {
  const member = service.members.find((m) => fieldsOf(repo, m).length > 0);
  if (!member) return null;
  const name = member.kind === "view" ? member.alias : member.onDemand;
  const entity = service.inputs.map((i) => `${i.name}: ${exampleInput(i.type, now)}`).join(", ");
  const fields = fieldsOf(repo, member).slice(0, 3).join(" ");
  return `{ ${service.name}(entities: [{${entity}}]) { t rows { ${name} { ${fields} } } } }`;
}

/** A command for a shell. The query holds no single quote: all of its names are plain. */
export const exampleCurl = (url: string, query: string): string =>
  `curl -s ${url}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query })}'`;

/** The features that need no selection of their own. */
function fieldsOf(repo: RepoIR, member: MemberIR): string[] {
  const [all, asked] =
    member.kind === "view"
      ? [
          repo.views.find((v) => v.name === member.view)?.features,
          member.features.flatMap((f) => (f.column === null ? [] : [f.feature])),
        ]
      : [repo.onDemands.find((o) => o.name === member.onDemand)?.outputs, member.outputs.map((o) => o.output)];
  return (all ?? []).filter((f) => asked.includes(f.name) && !hasFields(f.type)).map((f) => f.name);
}

const hasFields = (type: TypeIR): boolean =>
  type.kind === "struct" || (type.kind === "list" && hasFields(type.element));

function exampleInput({ kind }: TypeIR, now: string): string {
  if (kind === "string") return '"A"';
  if (kind === "timestamp") return JSON.stringify(now);
  return kind === "int32" || kind === "int64" ? "1" : "null";
}
