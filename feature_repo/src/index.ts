export { prepareFlights } from "./prepare/prepare-flights.js";
