import type { AnyCommand } from "./command.js";
import { type ContextOptions, createContext } from "./context.js";
import { OK } from "./exit-codes.js";
import type { Io } from "./io.js";
import { jsonText } from "./json.js";
import { createProgress, SILENT } from "./progress.js";
import type { Services } from "./services.js";
import { stopped, unlessStopped } from "./stopped.js";
import { styleOf } from "./style.js";

export interface GlobalOptions extends ContextOptions {
  readonly json?: boolean;
  readonly color: boolean;
}

/** Runs a command, prints its result, and closes what it opened. Gives the exit code. */
export async function execute(
  command: AnyCommand,
  args: unknown,
  options: GlobalOptions,
  services: Services,
  io: Io,
): Promise<number> {
  const progress = options.json && !io.stderr.isTTY ? SILENT : createProgress(io.stderr, io.clock);
  const context = createContext(services, io, progress, options);
  try {
    const result = await unlessStopped(command.run(args, context), io.stop);
    progress.end();
    io.stdout.write(
      options.json ? jsonText(result) : command.render(result, styleOf(io.stdout, io, options.color), args),
    );
    if (!command.stays) return command.exitCode?.(result, args) ?? OK;
    await stopped(io.stop);
    return OK;
  } finally {
    progress.end();
    await (command.stays ? context.end() : unlessStopped(context.end(), io.stop));
  }
}
