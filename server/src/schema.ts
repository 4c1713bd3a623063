import type { RepoIR, SourceIR } from "@lockstep/core";
import { addStatus, createBuilder } from "./builder.js";
import { addCatalog } from "./catalog.js";
import { type GraphQLSchema, printSchema } from "./graphql.js";
import { memberLists } from "./member-lists.js";
import { memberType, valueTypes } from "./member-type.js";
import { addCatalogSources } from "./push/catalog-sources.js";
import { addPushes, pushClaims, pushProblems } from "./push/push-fields.js";
import { addService, type MemberTypes } from "./service-field.js";
import { serviceShapes, typeClaims } from "./service-shape.js";
import { refuse, typeClashes } from "./type-names.js";

/** The GraphQL schema of a repo, and of sources that take pushes. Throws a LockstepError where names clash in GraphQL. */
export function buildSchema(repo: RepoIR, sources: readonly SourceIR[] = []): GraphQLSchema {
  const services = serviceShapes(repo);
  refuse([...typeClashes([...pushClaims(sources), ...services.flatMap(typeClaims)]), ...pushProblems(sources)]);
  const builder = createBuilder();
  builder.queryType({});
  const status = addStatus(builder);
  const memberTypes = new Map<string, MemberTypes>();
  for (const member of services.flatMap((s) => s.members)) {
    if (memberTypes.has(member.typeName)) continue;
    const types = valueTypes(builder, member);
    memberTypes.set(member.typeName, {
      cells: memberType(builder, status, member, types),
      lists: memberLists(builder, status, member, types),
    });
  }
  for (const service of services) addService(builder, service, memberTypes);
  addCatalog(builder, services);
  addCatalogSources(builder, sources);
  addPushes(builder, sources);
  return builder.toSchema({ sortSchema: false });
}

/** The schema as text, for people and for code generators. */
export const printSdl = (repo: RepoIR): string => `${printSchema(buildSchema(repo))}\n`;
