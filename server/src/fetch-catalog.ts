import { LockstepError } from "@lockstep/core";
import { typeSchema } from "@lockstep/registry";
import { z } from "zod";
import type { Catalog, CatalogService } from "./catalog.js";

const QUERY = `{
  _catalog {
    name
    description
    entity_type
    inputs { name type role }
    columns { column path type description deprecated }
  }
  _catalog_sources {
    name
    description
    columns { name type }
  }
}`;

const type = z.string().transform((text) => typeSchema.parse(JSON.parse(text)));
// It becomes names of a program.
const name = z.string().regex(/^[A-Za-z_]\w*$/);
const said = { description: z.string().nullable() };
const service = z
  .object({
    name,
    ...said,
    entity_type: name,
    inputs: z.array(z.object({ name: z.string(), type, role: z.enum(["key", "request"]) })),
    columns: z.array(
      z.object({ column: z.string(), path: z.tuple([name, name]), type, ...said, deprecated: z.string().nullable() }),
    ),
  })
  .transform(({ entity_type, ...rest }): CatalogService => ({ ...rest, entityType: entity_type }));
const source = z.object({ name, ...said, columns: z.array(z.object({ name: z.string(), type })) });
const schema = z.union([
  z
    .object({ data: z.object({ _catalog: z.array(service), _catalog_sources: z.array(source) }) })
    .transform(({ data }): Catalog => ({ services: data._catalog, sources: data._catalog_sources })),
  z.object({ errors: z.array(z.object({ message: z.string() })).min(1) }),
]);

/** What a running server says of its services and sources: those that the caller may see. */
export async function fetchCatalog(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Catalog> {
  const address = /\/graphql\/?$/.test(url) ? url : `${url.replace(/\/+$/, "")}/graphql`;
  const reply = await answer(address, headers, signal);
  if ("errors" in reply) throw failed(address, reply.errors.map(({ message }) => message).join("; "));
  return reply;
}

async function answer(address: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: QUERY }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    return schema.parse(await response.json());
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      throw failed(address, "the answer is not the catalog of a Lockstep server of this version");
    }
    throw failed(address, error instanceof Error ? String(error.cause ?? error.message) : String(error));
  }
}

const failed = (place: string, what: string): LockstepError =>
  new LockstepError({
    code: "CATALOG_FAILED",
    place,
    what,
    mend: "check the address, that `fs serve` runs there, and what --header it asks for",
  });
