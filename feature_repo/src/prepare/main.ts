import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareFlights } from "./prepare-flights.js";

// Usage: node dist/prepare/main.js [data folder]. The default is feature_repo/data, from src/ and from dist/ alike.
const dataDir = resolve(process.argv[2] ?? fileURLToPath(new URL("../../data", import.meta.url)));

try {
  const prepared = await prepareFlights({
    dataDir,
    onProgress: (fraction, message) => console.log(`${String(Math.round(fraction * 100)).padStart(3)} % ${message}`),
  });
  console.log(`${prepared.skipped ? "found" : "wrote"} the data in ${dataDir} (${prepared.seconds.toFixed(1)} s)`);
  console.log(`flights: ${prepared.flights}`);
  console.log(`labels: ${prepared.labels}`);
  console.log(`origins: ${prepared.origins}`);
  console.log(`departures at a skipped or repeated local time: ${prepared.ambiguous}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
