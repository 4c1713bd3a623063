import type { Plugin } from "graphql-yoga";
import type { DocumentNode, GraphQLError } from "../graphql.js";
import { asGraphql, graphqlError } from "../graphql-error.js";
import { checkDocument } from "./check-document.js";
import type { Limits } from "./limits.js";
import { parseDocument } from "./parse-document.js";

/** Refuses documents that are too large before they are validated. What a document has is found once. */
export function useLimits(limits: Limits): Plugin {
  const checked = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => asGraphql(() => parseDocument(typeof source === "string" ? source : source.body, limits)));
    },
    onValidate({ params: { documentAST }, setResult }) {
      const document = documentAST as DocumentNode;
      const errors = checked.get(document) ?? checkDocument(document, limits).map(graphqlError);
      checked.set(document, errors);
      if (errors.length > 0) setResult(errors);
    },
  };
}
