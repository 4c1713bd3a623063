import type { RepoIR } from "@lockstep/core";

export function declared(path: string): RepoIR;
