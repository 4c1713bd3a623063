import type { RepoIR, SourceIR } from "@lockstep/core";
import { type Grant, may } from "../auth/grant.js";

/** The sources whose rows a caller may push. */
export const pushableSources = ({ sources, views }: RepoIR, grant: Grant): SourceIR[] =>
  sources.filter(({ name, push }) => push && may(grant, "push", name) && views.some((view) => view.source === name));
