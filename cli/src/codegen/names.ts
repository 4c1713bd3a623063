/** `flight_delay` as a type's name: `FlightDelay`. */
export const pascalName = (name: string): string =>
  name
    .split("_")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");

/** `flight_delay` as a value's name: `flightDelay`; what JavaScript keeps to itself gets a `_`. */
export function valueName(name: string): string {
  const pascal = pascalName(name);
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return RESERVED.has(camel) ? `${camel}_` : camel;
}

/** A property's name, in quotes where it needs them. */
export const propertyName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);
