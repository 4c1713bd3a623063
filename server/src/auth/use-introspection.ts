import type { Plugin } from "graphql-yoga";
import { NoSchemaIntrospectionCustomRule } from "../graphql.js";
import type { States } from "../requests/states.js";
import { may } from "./grant.js";

/** Answers questions about the schema only to those who may ask them. */
export function useIntrospection(states: States): Plugin<{ request: Request }> {
  return {
    onValidate({ context, addValidationRule }) {
      const state = states.get(context.request);
      if (state && !may(state.caller.grant, "introspect")) addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}
