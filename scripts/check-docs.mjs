// Checks README.md and docs/*.md: their code compiles, their commands run and print what they say, their links lead
// somewhere. What a fence says after its language:
//
//   ts               a module of its own; it may import the page's files
//   ts title=a.ts    the page's file a.ts (any language): commands further down the page find it
//   ts shows=a.ts    the file a.ts as the commands so far have written it
//   ts fails         does not compile: each `// error: text` is part of one message, and no message is left over
//   sh run           runs in the page's folder, an empty one in which the packages are installed, and exits with 0
//   sh start         runs in the background from here to the end of the page
//   text output      what the commands before it print. Numbers may differ; a line of `...` stands for any lines
//
// `<!-- check: import ... -->` stands before every ts block that follows it on its page, but for those that show a file.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const typescript = join(root, "node_modules/typescript");
const compiler = join(typescript, JSON.parse(readFileSync(join(typescript, "package.json"), "utf8")).bin.tsc);
const COMMAND_MS = 60_000;
const START_MS = 20_000;

const problems = [];
const problem = (page, line, text) => problems.push(`${page.name}:${line}: ${text}`);

const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", ...docs.sort().map((name) => `docs/${name}`)].map(readPage);
const work = realpathSync(mkdtempSync(join(tmpdir(), "lockstep-docs-")));
try {
  for (const page of pages) checkLinks(page);
  checkTypes();
  for (const page of pages) await runCommands(page);
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const text of problems) console.error(text);
if (problems.length > 0) process.exitCode = 1;
else console.log(`docs: ${pages.length} pages, ${count("ts")} blocks of TypeScript, ${count("sh")} blocks of commands`);

function count(language) {
  return pages.flatMap((p) => p.blocks).filter((b) => b.language === language && !b.unchecked).length;
}

/** A page's blocks with the lines they begin at, its prose without them, and its headings as anchors. */
function readPage(name) {
  const page = { name, blocks: [], prose: [], anchors: new Set() };
  let open = null;
  let before = "";
  for (const [i, line] of readFileSync(join(root, name), "utf8").split("\n").entries()) {
    const fence = /^(\s*)```(.*)$/.exec(line);
    if (open) {
      if (fence) open = null;
      else open.lines.push(line);
    } else if (fence) {
      const [language = "", ...marks] = fence[2].trim().split(/\s+/);
      const named = (mark) => marks.find((m) => m.startsWith(`${mark}=`))?.slice(mark.length + 1);
      open = { language, line: i + 1, lines: [], before, title: named("title"), shows: named("shows") };
      for (const mark of ["fails", "run", "start", "output"]) open[mark] = marks.includes(mark);
      open.unchecked = language === "sh" && !open.run && !open.start;
      page.blocks.push(open);
    } else {
      const check = /^<!-- check: (.*) -->$/.exec(line);
      if (check) before += ` ${check[1]}`;
      page.prose.push([i + 1, line]);
      const heading = /^#+ (.*)$/.exec(line);
      if (heading) page.anchors.add(anchorOf(heading[1]));
    }
  }
  if (open) problem(page, open.line, "this block has no end");
  return page;
}

/** As GitHub makes a heading's anchor. */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

function checkLinks(page) {
  for (const [line, prose] of page.prose) {
    for (const [, target] of prose.replaceAll(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const file = path === "" ? join(root, page.name) : resolve(root, dirname(page.name), path);
      const linked = pages.find((p) => join(root, p.name) === file);
      if (!existsSync(file)) problem(page, line, `there is no ${path} to link to`);
      else if (anchor && linked && !linked.anchors.has(anchor))
        problem(page, line, `${path || page.name} has no #${anchor}`);
    }
  }
}

/** A folder in which the workspace's packages and their commands are installed. */
function makeFolder(name) {
  const folder = join(work, name);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  for (const entry of readdirSync(join(root, "node_modules"))) {
    if (!entry.startsWith(".")) symlinkSync(join(root, "node_modules", entry), join(modules, entry), "junction");
  }
  // A clone has no link to `fs`: npm makes those before anything is built.
  for (const [command, file] of [
    ["fs", join(root, "cli/dist/main.js")],
    ["tsc", compiler],
  ]) {
    writeFileSync(join(modules, ".bin", command), `#!/bin/sh\nexec node '${file}' "$@"\n`, { mode: 0o755 });
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return folder;
}

/** One run of the compiler over all pages. A block keeps its line numbers, so that the compiler's are the page's. */
function checkTypes() {
  const folder = makeFolder("types");
  const modules = new Map();
  for (const [p, page] of pages.entries()) {
    for (const block of page.blocks.filter((b) => b.language === "ts")) {
      const file = `${p}/${block.title ?? block.shows ?? `line-${block.line}.ts`}`;
      if (modules.has(file)) problem(page, block.line, `the page has ${block.title ?? block.shows} twice`);
      modules.set(file, { page, block, errors: [] });
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      const padding = "\n".repeat(block.line);
      writeFileSync(
        join(folder, file),
        `${block.shows ? "" : block.before}${padding}${block.lines.join("\n")}\nexport {};\n`,
      );
    }
  }
  const options = {
    target: "ES2023",
    module: "NodeNext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*/*.ts"] }));
  const tsc = spawnSync(process.execPath, [compiler, "-p", ".", "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  let last = null;
  for (const line of tsc.stdout.split("\n")) {
    const [, file, at, text] = /^(\S+?)\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
    if (file !== undefined && modules.has(file)) {
      last = { at, text };
      modules.get(file).errors.push(last);
    } else if (last && /^\s/.test(line)) last.text += `\n${line}`;
    else if (line.trim() !== "") problem(pages[0], 1, `the compiler says: ${line}`);
  }
  for (const { page, block, errors } of modules.values()) checkErrors(page, block, errors);
}

function checkErrors(page, block, errors) {
  const left = new Set(errors);
  for (const [i, line] of block.lines.entries()) {
    const expected = block.fails && /\/\/ error: (.*)$/.exec(line)?.[1];
    if (!expected) continue;
    const found = errors.find((e) => left.has(e) && e.text.includes(expected));
    if (found) left.delete(found);
    else problem(page, block.line + i + 1, `no error of this block says: ${expected}`);
  }
  if (block.fails && errors.length === 0) problem(page, block.line, "this block compiles, and it should not");
  for (const { at, text } of left) problem(page, at, text);
}

/** Goes down a page as its reader does. The first command that fails ends it. */
async function runCommands(page) {
  if (!page.blocks.some((b) => b.run || b.start)) return;
  const folder = makeFolder(`${page.name.replaceAll("/", "-")}/shop`);
  const started = [];
  let printed = "";
  try {
    for (const block of page.blocks) {
      const text = `${block.lines.join("\n")}\n`;
      if (block.title) {
        mkdirSync(dirname(join(folder, block.title)), { recursive: true });
        writeFileSync(join(folder, block.title), text);
      }
      if (block.shows && read(join(folder, block.shows)) !== text)
        problem(page, block.line, `${block.shows} is not this`);
      if (block.output) checkOutput(page, block, printed);
      if (!block.run && !block.start) continue;
      const result = block.run ? await run(text, folder) : await start(text, folder, started);
      printed = result.printed;
      if (result.failure) {
        problem(page, block.line, `${result.failure}\n${printed}`);
        return;
      }
    }
  } finally {
    for (const child of started) stop(child);
  }
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

function shell(text, folder) {
  // `npx` must never fetch what the packages do not have.
  const { LOCKSTEP_ENV: _, LOCKSTEP_DEBUG: __, FORCE_COLOR: ___, ...env } = process.env;
  const child = spawn("sh", ["-e", "-c", text], {
    cwd: folder,
    env: { ...env, NO_COLOR: "1", npm_config_offline: "true", npm_config_loglevel: "error" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (data) => (output[name] += data));
  return { child, printed: () => output.stdout + output.stderr };
}

function run(text, folder) {
  const { child, printed } = shell(text, folder);
  const timer = setTimeout(() => stop(child), COMMAND_MS);
  return new Promise((done) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      done({ printed: printed(), failure: code === 0 ? null : `the command failed with ${code ?? "a signal"}` });
    });
  });
}

/** Until it has printed something. */
function start(text, folder, started) {
  const { child, printed } = shell(text, folder);
  started.push(child);
  return new Promise((done) => {
    const finish = (failure) => {
      clearTimeout(timer);
      done({ printed: printed(), failure });
    };
    const timer = setTimeout(() => finish("the command printed nothing"), START_MS);
    child.stdout.on("data", () => setTimeout(() => finish(null), 200));
    child.on("close", (code) => finish(`the command ended with ${code ?? "a signal"}`));
  });
}

/** The whole group: `npx` does not pass signals on. */
function stop(child) {
  try {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

function checkOutput(page, block, printed) {
  const shape = (line) =>
    line
      .replaceAll(/\d[\d,.]*/g, "0")
      .replaceAll(/\s+/g, " ")
      .trim();
  const lines = printed.split("\n").map(shape);
  let next = 0;
  let anywhere = true;
  for (const [i, line] of block.lines.entries()) {
    if (line.trim() === "..." || line.trim() === "") {
      anywhere = true;
      continue;
    }
    const at = lines.indexOf(shape(line), next);
    const between = at < 0 ? [] : lines.slice(next, at);
    if (at < 0 || (!anywhere && between.some((l) => l !== ""))) {
      problem(page, block.line + i + 1, `the commands before print no such line here:\n${line}\nbut\n${printed}`);
      return;
    }
    next = at + 1;
    anywhere = false;
  }
}
