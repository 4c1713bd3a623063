import { join } from "node:path";
import { createClient } from "@lockstep/client";
import { isLockstepError } from "@lockstep/core";
import { dataFolder, type flightDelay, prepareFlights, repoFolder } from "@lockstep/example-flights";
import { startServer } from "@lockstep/server";
import { type FeatureStore, openStore } from "lockstep";
import { leakage } from "./leakage.js";
import { count, dim, say, step } from "./steps.js";

/** The main job, end to end: declare, train, materialize, serve, prove. */
async function main(): Promise<void> {
  const data = await step("Prepare 3,000,000 real flights (once)", async (progress) => {
    const prepared = await prepareFlights({ dataDir: dataFolder, onProgress: progress.update });
    say(
      prepared.skipped
        ? "   they are there already"
        : `   ${count(prepared.flights)} US flights of 2001 from ${prepared.origins} airports, local times turned into UTC, ${count(prepared.labels)} labels`,
    );
    return { labels: join(dataFolder, "labels.parquet"), train: join(dataFolder, "train.parquet") };
  });
  let report: (fraction: number) => void = () => {};
  const store = await openStore({ cwd: repoFolder, onQueryProgress: (fraction) => report(fraction) });
  try {
    await apply(store);
    await step(
      "Build a training frame: 100,000 labels, each with what was known at its own instant",
      async (progress) => {
        report = (fraction) => progress.update(fraction, "joining");
        const started = performance.now();
        const frame = await store.trainingFrame("flight_delay", { labels: data.labels, timestamp: "scheduled" });
        await frame.writeParquet(data.train);
        const seconds = (performance.now() - started) / 1000;
        const features = frame.columns.filter((c) => c.role === "feature").length;
        say(
          `   ${count(frame.rowCount)} rows × ${features} features, in the labels' order: ${count(Math.round(frame.rowCount / seconds))} rows/s`,
        );
        say(`   written to ${data.train}`);
        await leakage(store, frame, data.labels);
        await frame.close();
      },
    );
    await step("Materialize the same features to the online store (LMDB, embedded)", async (progress) => {
      const results = await store.materialize({
        onProgress: (p) => progress.update(p.phase === "done" ? 1 : 0.5, `${p.view}: ${count(p.keys)} keys`),
      });
      for (const r of results) {
        say(
          `   ${r.view.padEnd(14)} ${count(r.keys).padStart(6)} keys from ${count(r.rows)} rows, ${(r.bytes / 1e6).toFixed(1)} MB, ${r.seconds.toFixed(1)} s`,
        );
      }
    });
    await step("Serve: start the GraphQL server and ask it over HTTP", () => serve(store));
    const report_ = await step(
      "Prove it: fs parity, at the instants where the two sides would differ first",
      async (progress) => {
        report = () => {};
        const result = await store.parity({
          values: 10_000,
          onProgress: (done, total) => progress.update(done / total, `${count(done)} values`),
        });
        say(
          `   ${count(result.compared)} values compared (${count(result.keys)} keys, ${count(result.instants)} instants), ${count(result.telling)} of them present and not zero: ${result.differ} differ`,
        );
        return result;
      },
    );
    if (report_.differ > 0) process.exitCode = 2;
    next();
  } finally {
    await store.close();
  }
}

async function apply(store: FeatureStore): Promise<void> {
  await step("Apply the feature repo (feature_repo/src/features.ts)", async () => {
    const { plan, version } = await store.apply({ by: "demo" });
    const now = version ?? (await store.applied());
    const { entities, sources, views, services } = now.repo;
    say(
      `   ${plan.changes.length === 0 ? "no changes: " : ""}version ${now.version}: ${entities.length} entities, ${sources.length} source, ${views.length} feature views, ${services.length} service`,
    );
  });
}

async function serve(store: FeatureStore): Promise<void> {
  const server = await startServer({
    reader: await store.reader(),
    repo: (await store.applied()).repo,
    health: () => store.health(),
    host: "127.0.0.1",
    port: 0,
  });
  try {
    const client = createClient<typeof flightDelay>({ url: server.url, service: "flight_delay" });
    const flight = { origin: "ORD", destination: "SFO", scheduled: "2001-06-15T20:00:00Z" };
    const columns = [
      "origin_delays__mean_delay_3h",
      "dest__late_share_1d",
      "route_history__last_delay",
      "departure__hour",
    ] as const;
    say(`   ${server.url}/graphql, this query in GraphQL:`);
    for (const line of (await client.query({ columns, statuses: false })).trim().split("\n")) say(dim(`     ${line}`));
    const { t, rows } = await client.read([flight], { columns });
    say(`   for ${JSON.stringify(flight)}, at ${String(t)} µs:`);
    const row = rows[0];
    for (const column of columns)
      say(`     ${column.padEnd(30)} ${String(row?.values[column]).padEnd(20)} ${row?.statuses[column] ?? ""}`);
    const many = Array.from({ length: 100 }, () => flight);
    const started = performance.now();
    for (let i = 0; i < 20; i++) await client.features(many);
    say(`   and 20 requests for 100 flights each: ${((performance.now() - started) / 20).toFixed(1)} ms a request`);
  } finally {
    await server.close();
  }
}

function next(): void {
  say("What to try next:");
  for (const [command, what] of [
    ["cd feature_repo && npx fs status", "what is applied, and how fresh it is"],
    ["npx fs get flight_delay origin=ORD destination=SFO scheduled=2001-06-15T20:30:00Z --statuses", "one answer"],
    ["npx fs compile flight_delay", "the SQL behind a training frame"],
    ["npx fs serve --graphiql", "the server, and GraphiQL in the browser"],
    ["edit src/features.ts, then npx fs plan", "what a change would do, before it is done"],
  ] as const) {
    say(`  ${command}\n     ${dim(what)}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${isLockstepError(error) || !process.env["LOCKSTEP_DEBUG"] ? String(error instanceof Error ? error.message : error) : (error as Error).stack}\n`,
  );
  process.exitCode = 1;
});
