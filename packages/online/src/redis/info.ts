/** The fields of INFO's reply. */
export const parseInfo = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([a-z0-9_]+):(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]));
