import { CommanderError, Command as Parser } from "commander";
import type { AnyCommand } from "./command.js";
import { COMMANDS } from "./commands/index.js";
import { execute, type GlobalOptions } from "./execute.js";
import { FAILED, INTERRUPTED, OK } from "./exit-codes.js";
import type { Io } from "./io.js";
import { reportError } from "./report-error.js";
import type { Services } from "./services.js";
import { interrupted } from "./stopped.js";
import { usageError } from "./usage-error.js";
import { VERSION } from "./version.js";

export interface Program {
  /** Runs `fs` with the arguments that follow its name. Never throws; gives the exit code. */
  run(argv: readonly string[]): Promise<number>;
}

export function createProgram({ io, ...services }: Services & { readonly io: Io }): Program {
  return {
    run: async (argv) => {
      let exitCode = OK;
      const parser = rootParser(io);
      for (const command of COMMANDS) {
        const sub = subParser(parser, command);
        sub.action(async () => {
          exitCode = await execute(command, argsOf(sub), parser.opts<GlobalOptions>(), services, io);
        });
      }
      try {
        await parser.parseAsync(argv, { from: "user" });
        return exitCode;
      } catch (error) {
        if (error instanceof CommanderError && error.exitCode === 0) return OK;
        reportError(mistake(error, argv, io), io, {
          json: argv.includes("--json"),
          color: !argv.includes("--no-color"),
        });
        return io.stop.aborted ? stopCode(io.stop) : FAILED;
      }
    },
  };
}

function rootParser(io: Io): Parser {
  return new Parser("fs")
    .description("Lockstep, a feature store for TypeScript: declare features once, for training and for serving.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print a command's help")
    .option("--env <name>", "the environment (default: LOCKSTEP_ENV, then the configuration's)")
    .option("--json", "print the result as one JSON document")
    .option("--cwd <dir>", "run as if started in this folder")
    .option("--no-color", "print no colors")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(io.stdout.columns, 100) })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Errors are printed by reportError, all in one shape.
      outputError: () => {},
    })
    .addHelpText("after", "\nExample:\n  fs init shop      a small working feature repo to begin with");
}

function subParser(root: Parser, command: AnyCommand): Parser {
  const sub = root.command(command.name).summary(command.summary).description(command.description);
  sub.helpOption("-h, --help", "print help");
  command.declare?.(sub);
  const title = command.examples.length > 1 ? "Examples" : "Example";
  return sub.addHelpText("after", `\n${title}:\n${command.examples.map((e) => `  ${e}`).join("\n")}`);
}

/** Arguments and options as one object, by name. */
const argsOf = (sub: Parser): object => ({
  ...sub.opts(),
  ...Object.fromEntries(sub.registeredArguments.map((a, i) => [a.name(), sub.processedArgs[i]])),
});

function mistake(error: unknown, argv: readonly string[], io: Io): unknown {
  if (io.stop.aborted) return interrupted();
  if (!(error instanceof CommanderError)) return error;
  return usageError(error, COMMANDS.find((c) => argv.includes(c.name))?.name);
}

const stopCode = ({ reason }: AbortSignal): number => (typeof reason === "number" ? reason : INTERRUPTED);
