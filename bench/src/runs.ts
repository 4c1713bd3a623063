import type { MaterializeContext } from "@lockstep/ingest";

type Registry = MaterializeContext["registry"];
type Run = Awaited<ReturnType<Registry["startRun"]>>;

/** As much of a registry as a materialization asks for: it numbers its runs and remembers how they ended. */
export function runsInMemory(versions: MaterializeContext["version"][] = []): Registry {
  const runs: Run[] = [];
  const registry: Pick<Registry, "startRun" | "finishRun" | "state"> = {
    startRun: async (view, generation, watermark, mode) => {
      const run: Run = {
        run: runs.length + 1,
        view,
        generation,
        watermark: String(watermark),
        state: "running",
        startedAt: "",
        ...(mode === undefined ? {} : { mode }),
      };
      runs.push(run);
      return run;
    },
    finishRun: async (number, result) => {
      runs[number - 1] = { ...(runs[number - 1] as Run), ...result };
    },
    state: async () => ({
      sequence: runs.length,
      versions,
      head: versions.at(-1) ?? null,
      served: null,
      retired: [],
      forgotten: [],
      runs: [...runs],
    }),
  };
  return registry as Registry;
}
