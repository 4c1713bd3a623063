/** What a line may say. A name that isn't here is not logged: values, keys, headers and variables have no place. */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly caller?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | readonly (string | number)[] | undefined;
  readonly status?: number | undefined;
  readonly ms?: number | undefined;
  readonly operation?: string | undefined;
  readonly service?: string | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly rows?: number | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly refusals?: readonly string[] | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly worker?: number | undefined;
  readonly version?: number | undefined;
}

export type Level = "info" | "warn" | "error";

/** One event as a line of JSON. */
export type Logger = (level: Level, event: string, fields?: LogFields) => void;

export const createLogger =
  (write: (line: string) => void, clock: () => Date = () => new Date()): Logger =>
  (level, event, fields = {}) =>
    write(JSON.stringify({ time: clock().toISOString(), level, event, ...fields }));

export const standardError = (line: string): void => void process.stderr.write(`${line}\n`);
