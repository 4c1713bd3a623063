import type { Plugin } from "graphql-yoga";
import { asGraphql } from "../graphql-error.js";
import { type DocumentParams, documentOf, type PersistedDocuments } from "./persisted-documents.js";

/** Answers documents by their hash, and, where it is said, no others. */
export function usePersisted(documents: () => PersistedDocuments, only: boolean): Plugin {
  return {
    onParams({ params, setParams }) {
      const query = asGraphql(() => documentOf(params as DocumentParams, documents(), only));
      if (query !== null && query !== params.query) setParams({ ...params, query });
    },
  };
}
