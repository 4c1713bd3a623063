import type { MaterializeContext } from "@lockstep/ingest";

/** As much of a registry as a materialization asks for: numbers for its runs. */
export function runs(next: () => number): MaterializeContext["registry"] {
  const registry: Pick<MaterializeContext["registry"], "startRun" | "finishRun" | "state"> = {
    startRun: async (view, generation, watermark) => ({
      run: next(),
      view,
      generation,
      watermark: String(watermark),
      state: "running",
      startedAt: "",
    }),
    finishRun: async () => undefined,
    state: async () => ({ sequence: 0, versions: [], head: null, served: null, retired: [], forgotten: [], runs: [] }),
  };
  return registry as MaterializeContext["registry"];
}
