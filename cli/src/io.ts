/** A stream that people or programs read. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** The terminal's width; 80 where there is no terminal. */
  readonly columns: number;
}

/** All that the command line has of the world around it, so that tests need no process. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted on Ctrl-C and SIGTERM; the reason is the exit code. */
  readonly stop: AbortSignal;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
}
