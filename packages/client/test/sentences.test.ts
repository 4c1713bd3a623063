import { expect, it } from "vitest";
import { typecheck } from "../../core/test/typecheck.js";

const MODULES = {
  declared: "../../../../feature_repo/src/features.js",
  generated: "../../../client/test/generated/services.js",
};

const code = (module: string) => `
import { createClient } from "../../../client/src/index.js";
import type { flightDelay } from "${module}";
const url = "http://any";
export const client = createClient<typeof flightDelay>({ url, service: "flight_delay" });
export const mistakes = [
  () => createClient<typeof flightDelay>({ url, service: "flight_dealy" }),
  () => createClient({ url, service: "flight_delay" }),
  () => client.features([{ origin: "ORD", scheduled: null }]),
  () => client.features([{ origin: "ORD", destinaton: "SFO", scheduled: null }]),
  () => client.features([{ origin: 1, destination: "SFO", scheduled: null }]),
  () => client.features([], { at: new Date() }),
  () => client.read([], { columns: ["dest__flight_1d"] }),
  async () => (await client.features([]))[0]?.dest__flight_1d,
];
`;

it.each(Object.entries(MODULES))("what the editor says of a mistake, where the service is %s", (_, module) => {
  const said = typecheck(code(module), "--lib", "ES2023,DOM");
  const sentences = [
    `Did you mean '"flight_delay"'?`,
    "say whose types these are: createClient<typeof nextOrder>({ ... }), or give the service that fs codegen wrote",
    "Property 'destination' is missing in type '{ origin: string; scheduled: null; }'",
    "'destinaton' does not exist in type",
    "Did you mean to write 'destination'?",
    "Type 'number' is not assignable to type 'string'",
    "an instant is a bigint of microseconds, or ISO text: write date.toISOString()",
    `Did you mean '"dest__flights_1d"'?`,
    "Did you mean 'dest__flights_1d'?",
  ];
  for (const sentence of sentences) expect(said).toContain(sentence);
  const places = [...said.matchAll(/declarations\.ts\((\d+),\d+\): error/g)].map((m) => Number(m[1]));
  expect(places).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
});

const SOURCES = {
  declared: ["../../../../server/test/every-type.js", '"things"'],
  generated: ["../../../client/test/generated/services.js", "things"],
} as const;

const pushes = (module: string, source: string) => `
import { createPusher, type Pusher } from "../../../client/src/index.js";
import { ${source === "things" ? "" : "type "}things } from "${module}";
export const pusher: Pusher = createPusher({ url: "http://any" });
export const mistakes = [
  () => pusher.push<typeof things>("thing", []),
  () => pusher.push("things", [{ id: 1 }]),
  () => pusher.push<typeof things>(${source}, [{ id: "1" }]),
  () => pusher.push<typeof things>(${source}, [{ id: 1, a_vectr: [1] }]),
  () => pusher.push<typeof things>(${source}, [{ a_timestamp: new Date() }]),
  () => pusher.push<typeof things>(${source}, [], { at: 1n }),
  async () => (await pusher.push<typeof things>(${source}, []))[0]?.reason,
];
`;

it.each(Object.entries(SOURCES))(
  "what the editor says of a mistaken push, where the source is %s",
  (_, [module, name]) => {
    const said = typecheck(pushes(module, name), "--lib", "ES2023,DOM");
    const sentences = [
      `'"thing"' is not assignable to parameter of type '"things" |`,
      "say whose rows these are: client.push<typeof orders>('orders', rows), or give the source that fs codegen wrote",
      "Type 'string' is not assignable to type 'number | bigint",
      "Did you mean to write 'a_vector'?",
      "Type 'Date' is not assignable to type 'string | bigint",
      "'at' does not exist in type 'PushOptions'",
      "Property 'reason' does not exist on type",
    ];
    for (const sentence of sentences) expect(said).toContain(sentence);
    const places = [...said.matchAll(/declarations\.ts\((\d+),\d+\): error/g)].map((m) => Number(m[1]));
    expect(places).toEqual([6, 7, 8, 9, 10, 11, 12]);
  },
);
