// Draws docs/pictures anew from a true run over the flights: a copy of the example is materialized; then some of its
// rows are changed, some come late, and an airport is forgotten; `fs parity` prints what it finds. Needs `npm run demo`
// to have made the data, and Chromium for the page: CHROMIUM says which, /usr/bin/chromium is the default.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "../packages/offline/dist/index.js";
import { terminalPicture } from "./terminal-picture.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const example = join(root, "feature_repo");
const pictures = join(root, "docs", "pictures");
const COLUMNS = 116;

const folder = mkdtempSync(join(tmpdir(), "flights-"));
/** The same pictures wherever they are drawn. */
const placed = (text) => text.replaceAll(folder, "/srv/flights");
const environment = { ...process.env, FORCE_COLOR: "1" };
const fs = (...args) => execFileSync(process.execPath, [join(root, "cli/dist/main.js"), ...args], { cwd: folder });
const shown = (command) => {
  const line = `stty cols ${COLUMNS} rows 200; ${process.execPath} ${join(root, "cli/dist/main.js")} ${command} 2>/dev/null`;
  return spawnSync("script", ["-qec", line, "/dev/null"], { cwd: folder, env: environment, encoding: "utf8" }).stdout;
};

try {
  for (const name of ["src", "lockstep.config.ts", "package.json"])
    cpSync(join(example, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "data"));
  const data = join(folder, "data", "flights.parquet");
  cpSync(join(example, "data", "flights.parquet"), data, { dereference: true });
  fs("apply");
  fs("materialize");
  await change(data);
  fs("forget", "airport", "origin=BUR");
  const command = "parity --values 20000 --html parity.html --reproduction none.ndjson";
  const text = placed(shown(command));
  const page = join(folder, "parity.html");
  writeFileSync(page, placed(readFileSync(page, "utf8")));
  mkdirSync(pictures, { recursive: true });
  writeFileSync(
    join(pictures, "parity-terminal.svg"),
    terminalPicture("What fs parity prints over the flights", `$ fs parity --values 20000 --html parity.html\n${text}`),
  );
  if (process.argv.includes("--keep")) cpSync(page, process.argv.at(-1));
  photograph(page, join(pictures, "parity-page.png"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Detroit's delays of the last day are others, and two of San Francisco's flights come two days too late. */
async function change(file) {
  const db = await Database.open();
  const changed = `CASE WHEN origin = 'DTW' AND departure > TIMESTAMP '2001-06-14 20:00' THEN delay + 5 ELSE delay END`;
  await db.run(`CREATE TABLE flights AS SELECT * REPLACE (${changed} AS delay) FROM read_parquet('${file}')`);
  await db.run(`INSERT INTO flights SELECT * REPLACE (departure - INTERVAL 2 DAY AS departure) FROM flights
    WHERE origin = 'SFO' AND departure BETWEEN TIMESTAMP '2001-06-15 15:00' AND TIMESTAMP '2001-06-15 15:20'
    ORDER BY departure, destination, delay LIMIT 2`);
  await db.run(`COPY flights TO '${file}' (FORMAT parquet)`);
  db.close();
}

function photograph(page, picture) {
  const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const size = ["--window-size=1120,1500", "--hide-scrollbars", "--force-device-scale-factor=1"];
  execFileSync(chromium, ["--headless", "--no-sandbox", "--disable-gpu", ...size, `--screenshot=${picture}`, page], {
    stdio: "ignore",
  });
}
