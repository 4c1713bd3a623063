import { fileURLToPath } from "node:url";

export * from "./features.js";
export { prepareFlights } from "./prepare/prepare-flights.js";

/** The folder of this feature repo, and of the data that is prepared for it. */
export const repoFolder = fileURLToPath(new URL("..", import.meta.url));
export const dataFolder = fileURLToPath(new URL("../data", import.meta.url));
