import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { authority, type Certificate } from "../support/certificates.js";
import { hold, until } from "../support/until.js";
import { fs, serve } from "./run-fs.js";

test("two workers take a renewed certificate, without a failed request or a dropped connection", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-tls-workers-"));
  for (const command of ["init", "apply", "materialize"]) expect((await fs(folder, [command])).code).toBe(0);
  const ca = await authority(folder, "ca");
  const [one, two] = await Promise.all(["one", "two"].map((name) => ca.sign(name, "IP:127.0.0.1")));
  const install = async ({ cert, key }: Certificate) => {
    await copyFile(cert, join(folder, "cert.pem"));
    await copyFile(key, join(folder, "key.pem"));
  };
  await install(one as Certificate);
  const config = join(folder, "lockstep.config.ts");
  const server = 'server: { workers: 2, tls: { cert: "cert.pem", key: "key.pem" } }, clock:';
  await writeFile(config, (await readFile(config, "utf8")).replace("clock:", server));
  const { url, stop } = await serve(folder);

  const ask = (agent: Agent): Promise<{ status: number | undefined; name: string; reused: boolean }> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const sent = request(`${url}/features`, { method: "POST", headers, agent }, (response) => {
        const name = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
        response.resume().on("end", () => resolve({ status: response.statusCode, name, reused: sent.reusedSocket }));
      });
      sent.once("error", reject).end('{"service":"next_order","entities":[{"customer_id":"c1"}]}');
    });
  const fresh = async () => {
    const agent = new Agent({ ca: ca.ca });
    return ask(agent).finally(() => agent.destroy());
  };
  const kept = Array.from({ length: 4 }, () => new Agent({ ca: ca.ca, keepAlive: true, maxSockets: 1 }));
  for (const agent of kept) expect(await ask(agent)).toMatchObject({ status: 200, name: "one", reused: false });

  const seen = new Map<string, number>();
  let asking = true;
  const asker = (async () => {
    while (asking) {
      const told = await fresh().then(({ status, name }) => `${status} ${name}`, String);
      seen.set(told, (seen.get(told) ?? 0) + 1);
      await sleep(10);
    }
  })();
  await install(two as Certificate);
  // Connections go to the workers in turn.
  await until(async () => {
    for (let i = 0; i < 6; i++) hold((await fresh()).name === "two");
  });
  for (const agent of kept) expect(await ask(agent)).toEqual({ status: 200, name: "one", reused: true });
  asking = false;
  await asker;
  expect([...seen.keys()].sort()).toEqual(["200 one", "200 two"]);
  for (const agent of kept) agent.destroy();
  expect(await stop()).toBe(0);
  await rm(folder, { recursive: true, force: true });
}, 240_000);
