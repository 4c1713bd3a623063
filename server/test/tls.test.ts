import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Authority, authority, type Certificate } from "../../test/support/certificates.js";
import { hold, until } from "../../test/support/until.js";
import { type RunningServer, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

let folder: string;
let ca: Authority;
let server: RunningServer;
const made = new Map<string, Certificate>();
const lines: string[] = [];
let release = () => {};
let held: Promise<void> = Promise.resolve();

const reader = fakeReader(example, () => ({ value: 1n }));
const at = (file: string) => join(folder, file);

/** Puts a certificate in place of the server's, its two files one after the other. */
async function install(name: string): Promise<void> {
  const { cert, key } = made.get(name) as Certificate;
  await copyFile(cert, at("cert.pem"));
  await copyFile(key, at("key.pem"));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-tls-"));
  ca = await authority(folder, "ca");
  for (const name of ["one", "two", "three"]) made.set(name, await ca.sign(name, "IP:127.0.0.1"));
  await install("one");
  server = await startServer({
    reader: {
      read: async (...args) => {
        await held;
        return reader.read(...args);
      },
    },
    repo: example,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    tls: { cert: at("cert.pem"), key: at("key.pem") },
    filesEveryMs: 20,
    log: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const FEATURES = JSON.stringify({
  service: "flight_delay",
  entities: [{ origin: "ORD" }],
  features: ["dest__flights_1d"],
});

/** Asks, and says whose certificate the connection had. */
function ask(agent: Agent): Promise<{ status: number | undefined; text: string; name: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": FEATURES.length };
    const sent = request(`${server.url}/features`, { method: "POST", headers, agent }, (response) => {
      const name = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text, name, reused: sent.reusedSocket }));
    });
    sent.once("error", reject).end(FEATURES);
  });
}

const kept = () => new Agent({ ca: ca.ca, keepAlive: true, maxSockets: 1 });

async function asked(): Promise<string> {
  const agent = new Agent({ ca: ca.ca });
  const { status, name } = await ask(agent);
  agent.destroy();
  expect(status).toBe(200);
  return name;
}

test("answers over TLS, and nothing older than 1.2", async () => {
  expect(server.url).toMatch(/^https:/);
  expect(await asked()).toBe("one");
  const old = connect({ port: server.port, host: "127.0.0.1", ca: ca.ca, maxVersion: "TLSv1.1", minVersion: "TLSv1" });
  await expect(
    new Promise((resolve, reject) => old.once("secureConnect", resolve).once("error", reject)),
  ).rejects.toThrow();
});

test("a new certificate is for new connections; those that are open go on, and what is under way is answered", async () => {
  const [before, waiting] = [kept(), kept()];
  expect((await ask(before)).name).toBe("one");
  expect((await ask(waiting)).name).toBe("one");
  held = new Promise((resolve) => {
    release = resolve;
  });
  const underWay = ask(waiting);
  await install("two");
  await until(async () => {
    const socket = connect({ port: server.port, host: "127.0.0.1", ca: ca.ca });
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    const name = String(socket.getPeerCertificate().subject.CN);
    socket.destroy();
    hold(name === "two");
  });
  release();
  held = Promise.resolve();
  expect(await underWay).toMatchObject({ status: 200, name: "one", reused: true });
  expect(await ask(before)).toMatchObject({ status: 200, name: "one", reused: true });
  expect(await asked()).toBe("two");
  for (const agent of [before, waiting]) agent.destroy();
});

test("a certificate without its key, or none at all, changes nothing and is told", async () => {
  const known = lines.length;
  await copyFile((made.get("three") as Certificate).cert, at("cert.pem"));
  await until(async () => hold(lines.slice(known).some((line) => line.includes("TLS_INVALID"))));
  expect(await asked()).toBe("two");
  await writeFile(at("key.pem"), "no key");
  await until(async () => hold(lines.slice(known).filter((line) => line.includes("TLS_INVALID")).length > 1));
  expect(await asked()).toBe("two");
  await rm(at("key.pem"));
  await until(async () => hold(lines.slice(known).some((line) => line.includes("FILE_UNREADABLE"))));
  expect(await asked()).toBe("two");
  expect(lines.join()).not.toContain(await readFile((made.get("three") as Certificate).key, "utf8"));
  await install("three");
  await until(async () => hold((await asked()) === "three"));
});

test("a server whose certificate does not fit its key does not start", async () => {
  const [one, two] = [made.get("one") as Certificate, made.get("two") as Certificate];
  const options = { reader, repo: example, health: healthy, host: "127.0.0.1", port: 0, log: () => {} };
  const wrong = startServer({ ...options, tls: { cert: one.cert, key: two.key } });
  await expect(wrong).rejects.toMatchObject({ code: "TLS_INVALID" });
});
