import { createHash } from "node:crypto";
import { LockstepError } from "@lockstep/core";

/** Documents by the SHA-256 of their text, in hex. */
export type PersistedDocuments = ReadonlyMap<string, string>;

/** A file such as `{"<sha256>": "query ..."}`. Every hash is checked. */
export function parsePersisted(path: string, content: Buffer): PersistedDocuments {
  const refuse = (what: string): never => {
    throw new LockstepError({
      code: "PERSISTED_INVALID",
      place: path,
      what,
      mend: 'give an object of documents by the SHA-256 of their text: {"<sha256>": "query ..."}',
    });
  };
  let read: unknown;
  try {
    read = JSON.parse(content.toString());
  } catch {
    refuse("it is not JSON");
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return refuse("it is not an object");
  const documents = new Map<string, string>();
  for (const [id, text] of Object.entries(read)) {
    if (typeof text !== "string") return refuse(`'${id}' is not text`);
    const hash = documentHash(text);
    if (hash !== id.replace(/^sha256:/, "")) return refuse(`'${id}' is not the SHA-256 of its document`);
    documents.set(hash, text);
  }
  return documents;
}

export const documentHash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What of a GraphQL request says which document is meant. */
export interface DocumentParams {
  readonly query?: string | null | undefined;
  /** As the GraphQL-over-HTTP drafts have it: `sha256:<hex>`. */
  readonly documentId?: unknown;
  /** As Apollo's clients have it: `persistedQuery.sha256Hash`. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The document's text; null: the request names none. `only`: no other documents than these are answered. */
export function documentOf(params: DocumentParams, documents: PersistedDocuments, only: boolean): string | null {
  const hash = hashOf(params);
  if (hash !== null) {
    const text = documents.get(hash);
    if (text === undefined) throw unknownDocument();
    return text;
  }
  const { query } = params;
  if (typeof query !== "string") return null;
  if (only && !documents.has(documentHash(query))) throw notListed();
  return query;
}

function hashOf({ documentId, extensions }: DocumentParams): string | null {
  if (typeof documentId === "string") return documentId.replace(/^sha256:/, "").toLowerCase();
  const persisted = extensions?.["persistedQuery"] as { sha256Hash?: unknown } | null | undefined;
  return typeof persisted?.sha256Hash === "string" ? persisted.sha256Hash.toLowerCase() : null;
}

const unknownDocument = () =>
  new LockstepError({
    code: "PERSISTED_UNKNOWN",
    place: "the request",
    what: "it names a document that this server does not have",
    mend: "send a hash of the server's list, or the document itself where that is allowed",
  });

const notListed = () =>
  new LockstepError({
    code: "PERSISTED_ONLY",
    place: "the request",
    what: "its document is not among those that this server answers",
    mend: "have the document added to the server's list",
  });
