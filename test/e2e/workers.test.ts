import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { until } from "../support/until.js";
import { fs, serve } from "./run-fs.js";

const QUERY = JSON.stringify({
  query: `{ next_order(entities: [{customer_id: "c1"}]) { rows { spending { orders_3d } } } }`,
});

test("two workers on one port: a new version, a worker that is killed, and an end, without a failed request", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-workers-"));
  for (const command of ["init", "apply", "materialize"]) expect((await fs(folder, [command])).code).toBe(0);
  const { url, pid, stop } = await serve(folder, ["--workers", "2"]);
  const post = (body: string) =>
    fetch(`${url}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const ready = async () => (await (await fetch(`${url}/readyz`)).json()) as { workers: object };
  expect(await ready()).toMatchObject({ ready: true, workers: { listening: 2, of: 2 } });

  const answers = new Map<string, number>();
  let asking = true;
  const asker = async () => {
    while (asking) {
      const text = await post(QUERY).then(async (r) => `${r.status} ${await r.text()}`, String);
      answers.set(text, (answers.get(text) ?? 0) + 1);
      await sleep(5);
    }
  };
  const askers = [asker(), asker(), asker(), asker()];

  // A view gets another feature: what was there is answered all the while.
  const features = join(folder, "features.ts");
  const text = await readFile(features, "utf8");
  await writeFile(features, text.replace("orders_ever:", 'orders_9d: count().over("9d"),\n    orders_ever:'));
  expect((await fs(folder, ["apply"])).code).toBe(0);
  expect((await fs(folder, ["materialize"])).code).toBe(0);
  const fresh = JSON.stringify({ query: QUERY_NEW });
  await until(async () => {
    for (let i = 0; i < 6; i++) expect(await (await post(fresh)).text()).toContain('"orders_9d":"');
  });
  asking = false;
  await Promise.all(askers);
  expect([...answers.keys()]).toEqual(['200 {"data":{"next_order":{"rows":[{"spending":{"orders_3d":"2"}}]}}}']);

  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counted = /lockstep_requests_total\{operation="read",status="200"\} (\d+)/.exec(metrics)?.[1];
  expect(Number(counted)).toBeGreaterThanOrEqual([...answers.values()].reduce((a, b) => a + b, 0));
  expect(metrics).toContain('lockstep_view_staleness_seconds{view="spending"} 0');
  expect(metrics).toContain('lockstep_view_fresh{view="spending"} 1');
  expect(metrics).toContain("lockstep_registry_version 2");

  const [worker] = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => ""))
    .trim()
    .split(" ")
    .slice(-1);
  if (worker) {
    process.kill(Number(worker), "SIGKILL");
    await until(async () => expect(await ready()).toMatchObject({ workers: { listening: 1 } }));
    await until(async () => expect(await ready()).toMatchObject({ workers: { listening: 2 } }));
  }

  expect(await stop()).toBe(0);
  await expect(post(QUERY)).rejects.toThrow();
}, 240_000);

const QUERY_NEW = `{ next_order(entities: [{customer_id: "c1"}]) { rows { spending { orders_9d } } } }`;
