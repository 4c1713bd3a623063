import { LockstepError } from "@lockstep/core";
import { expect, test } from "vitest";
import { COMMANDS } from "../src/commands/index.js";
import { fakeStore, fs } from "./fake.js";

test("help lists the commands", async () => {
  const { code, out, err } = await fs("--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatchInlineSnapshot(`
    "Usage: fs [options] [command]

    Lockstep, a feature store for TypeScript: declare features once, for training
    and for serving.

    Options:
      -V, --version                                print the version
      --env <name>                                 the environment (default: LOCKSTEP_ENV, then the configuration's)
      --json                                       print the result as one JSON document
      --cwd <dir>                                  run as if started in this folder
      --no-color                                   print no colors
      -h, --help                                   print help

    Commands:
      init [dir]                                   write a small working feature repo
      plan                                         show what apply would change
      apply [options]                              make the declarations the applied version
      compile [options] <service>                  print the SQL of a service's training frame
      train [options] <service>                    write a point-in-time-correct training frame
      materialize [options] [view...]              compute views for serving and write them to the online store
      push [options] <source> [file]               put rows of a source into the online store, to be read at once
      serve [options]                              answer feature services over GraphQL
      codegen [options]                            write types of the services and pushes for @lockstep/client
      get [options] <service> [key=value...]       read a service's features for one entity, as a server would
      parity [options] [service...]                compare what is served with what is trained on
      why [options] <view.feature> [key=value...]  explain one value: which rows make it, and which don't, and why
      forget <entity> <key=value...>               remove an entity's key from every view, for good
      sweep [options]                              remove what no version needs from the online store
      status                                       show what is applied and how fresh the online store is
      list [kind]                                  list what is declared
      describe <name>                              show one declaration
      help [command]                               print a command's help

    Example:
      fs init shop      a small working feature repo to begin with
    "
  `);
});

test("a command's help has a description, the global options and an example", async () => {
  expect((await fs("materialize --help")).out).toMatchInlineSnapshot(`
    "Usage: fs materialize [options] [view...]

    Recomputes keys of the given views (default: all) from what was known by an
    instant T, and replaces what the online store holds: those with new rows where
    the source declares lookback and an earlier run was complete, otherwise every
    key. Running it again, or after a run that was interrupted, ends in the same
    state.

    Arguments:
      view              feature views of the applied version

    Options:
      --at <instant>    T, in ISO 8601 (default: now)
      --full            compute every key, also where those with new rows would do
      --from <instant>  with --to: at the T that the store is at, the keys with rows
                        from here
      --to <instant>    ... that happened before here
      --dry-run         compute all and write nothing
      -h, --help        print help

    Global Options:
      -V, --version     print the version
      --env <name>      the environment (default: LOCKSTEP_ENV, then the
                        configuration's)
      --json            print the result as one JSON document
      --cwd <dir>       run as if started in this folder
      --no-color        print no colors

    Examples:
      fs materialize
      fs materialize origin_delays --at 2001-06-15T12:00:00Z
      fs materialize --from 2001-06-01T00:00:00Z --to 2001-06-02T00:00:00Z
    "
  `);
});

test.each(COMMANDS.map((c) => c.name))("fs %s --help", async (name) => {
  const { code, out, err, opened } = await fs(`${name} --help`);
  expect({ code, err, opened }).toEqual({ code: 0, err: "", opened: [] });
  expect(out).toMatch(/^Usage: fs \w+/);
  expect(out).toMatch(/\nExamples?:\n {2}fs /);
});

test("--version", async () => {
  expect(await fs("--version")).toMatchObject({ code: 0, out: "0.1.0\n" });
});

test("no command", async () => {
  const { code, out, err } = await fs("");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("Usage: fs");
});

test.each([
  ["pln", "unknown command 'pln' (did you mean 'plan'?)", "`fs --help` shows what there is"],
  ["plan --jsn", "unknown option '--jsn' (did you mean '--json'?)", "`fs plan --help` shows what there is"],
  ["compile", "missing required argument 'service'", "`fs compile --help` shows what there is"],
  ["plan it", "too many arguments for 'plan'. Expected 0 arguments but got 1.", "`fs plan --help` shows what there is"],
  [
    "train x --labels l",
    "required option '--timestamp <column>' not specified",
    "`fs train --help` shows what there is",
  ],
  ["parity --seed x", "'x' is no value for --seed", "give a whole number from 0"],
  ["serve --port 70000", "'70000' is no value for --port", "give a whole number from 0 to 65535"],
])("a mistake in the command line: fs %s", async (command, what, mend) => {
  const { code, out, err, opened } = await fs(command);
  expect({ code, out, opened }).toEqual({ code: 1, out: "", opened: [] });
  expect(err).toBe(`error USAGE\n  ${what}\n  mend: ${mend}\n`);
  const json = await fs(`${command} --json`);
  expect(JSON.parse(json.out)).toEqual({ error: { diagnostics: [{ code: "USAGE", what, mend }] } });
  expect(json).toMatchObject({ code: 1, err: "" });
});

const failing = (error: unknown) => fakeStore({ plan: () => Promise.reject(error) });

test("an error names its code, its place and the mend, for each diagnostic", async () => {
  const store = failing(
    new LockstepError([
      { code: "NAME_CLASH", place: "'a'", what: "two of them", mend: "rename one" },
      { code: "OTHER", what: "a\u001b[31m trick\nover lines" },
    ]),
  );
  const { code, out, err } = await fs("plan", { store });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatchInlineSnapshot(`
    "error NAME_CLASH at 'a'
      two of them
      mend: rename one
    error OTHER
      a\\u001b[31m trick
      over lines
    "
  `);
  const json = await fs("plan --json", { store });
  expect(json).toMatchObject({ code: 1, err: "" });
  expect(JSON.parse(json.out).error.diagnostics).toHaveLength(2);
});

test("no stack but with LOCKSTEP_DEBUG=1", async () => {
  const store = failing(new TypeError("x is not a function"));
  const { code, err } = await fs("plan", { store });
  expect(code).toBe(1);
  expect(err).toBe(
    "error UNEXPECTED\n  x is not a function\n  mend: this is a bug: LOCKSTEP_DEBUG=1 shows where it comes from\n",
  );
  expect((await fs("plan", { store, env: { LOCKSTEP_DEBUG: "1" } })).err).toMatch(/\n {4}at /);
});

test("a system's error keeps its code", async () => {
  const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES", syscall: "open" });
  expect((await fs("plan", { store: failing(error) })).err).toBe(
    "error EACCES\n  EACCES: permission denied, open '/x'\n",
  );
});

test("the store is opened as the global options say, wherever they stand, and closed", async () => {
  let closed = 0;
  const store = fakeStore({
    close: async () => {
      closed++;
    },
  });
  const { opened } = await fs("--env prod status --cwd sub/repo", { store });
  expect(opened).toMatchObject([{ environment: "prod", cwd: "/home/sub/repo" }]);
  expect(closed).toBe(1);
  const failed = await fs("compile x", { store });
  expect(failed.code).toBe(1);
  expect(failed.opened[0]).not.toHaveProperty("environment");
  expect(closed).toBe(2);
});

test("Ctrl-C ends a command that does not end by itself, with 130", async () => {
  const stop = new AbortController();
  const store = fakeStore({ plan: () => new Promise(() => stop.abort(130)) });
  const { code, out, err } = await fs("plan", { store, stop: stop.signal });
  expect({ code, out }).toEqual({ code: 130, out: "" });
  expect(err).toBe("error INTERRUPTED\n  it was interrupted before it was done\n");
});

test("an error after Ctrl-C is the interruption", async () => {
  const stop = new AbortController();
  const plan = async () => {
    stop.abort(143);
    throw new Error("the query was interrupted");
  };
  const { code, out } = await fs("plan --json", { store: fakeStore({ plan }), stop: stop.signal });
  expect(code).toBe(143);
  expect(JSON.parse(out).error.diagnostics[0].code).toBe("INTERRUPTED");
});

test("colors on a terminal, not with --no-color or NO_COLOR", async () => {
  const colored = "\u001b[";
  expect((await fs("status", { tty: true, env: { NO_COLOR: "" } })).out).toContain(colored);
  expect((await fs("status --no-color", { tty: true, env: { NO_COLOR: "" } })).out).not.toContain(colored);
  expect((await fs("status", { tty: true })).out).not.toContain(colored);
  expect((await fs("status", { env: { NO_COLOR: "" } })).out).not.toContain(colored);
});
