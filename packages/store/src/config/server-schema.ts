import { SERVER_OPERATIONS } from "@lockstep/core";
import { z } from "zod";
import { duration, secret, text } from "./online-schema.js";
import { percentOf } from "./percent.js";
import { strictObject } from "./strict-object.js";

const count = z.int().positive();
const names = z.array(text).min(1, { error: "give at least one, or leave it out" });

const grant = {
  services: names.exactOptional(),
  operations: z
    .array(z.enum(SERVER_OPERATIONS, { error: `choose of ${SERVER_OPERATIONS.join(", ")}` }))
    .min(1, { error: "give at least one, or leave it out" })
    .exactOptional(),
  sources: names.exactOptional(),
};

const namesSources = {
  check: (g: { readonly operations?: readonly string[]; readonly sources?: readonly string[] }) =>
    (g.operations?.includes("push") ?? false) === (g.sources !== undefined),
  error: "`push` and sources come together: name the sources whose rows may be pushed",
};

const key = strictObject({
  name: text,
  key: secret
    .refine((value) => typeof value !== "string", {
      error: "write env('NAME'), or the key's SHA-256 as sha256: a key is not for a file",
    })
    .exactOptional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, { error: "write the SHA-256 in hex: 64 digits" })
    .exactOptional(),
  ...grant,
})
  .refine((k) => (k.key === undefined) !== (k.sha256 === undefined), { error: "give key or sha256, one of the two" })
  .refine(namesSources.check, { error: namesSources.error });

const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA".split(" ");

const jwt = strictObject({
  jwks: text,
  issuer: text,
  audience: z.union([text, names], { error: "write an audience, or a list of them" }),
  algorithms: z
    .array(z.enum(algorithms as [string, ...string[]], { error: `choose of ${algorithms.join(", ")}` }))
    .min(1)
    .exactOptional(),
  clockTolerance: duration.exactOptional(),
  claim: text.exactOptional(),
  grants: z
    .record(text, strictObject(grant).refine(namesSources.check, { error: namesSources.error }))
    .refine((grants) => Object.keys(grants).length > 0, { error: "say what a token permits: '*' is every token" }),
});

const auth = z.union([
  z.literal("none"),
  strictObject({ keys: z.array(key).exactOptional(), jwt: jwt.exactOptional() }).refine(
    (a) => a.jwt !== undefined || (a.keys?.length ?? 0) > 0,
    { error: "give keys or jwt, or write 'none'" },
  ),
]);

const share = z.string().refine((v) => percentOf(v) !== null, { error: "write a part of them such as 1%" });

const isOrigin = (value: string): boolean => value === "*" || (URL.canParse(value) && new URL(value).origin === value);

export const server = strictObject({
  host: text.exactOptional(),
  port: z.int().min(0).max(65_535).exactOptional(),
  workers: count.max(256).exactOptional(),
  push: z.boolean().exactOptional(),
  auth: auth.exactOptional(),
  tls: strictObject({ cert: text, key: text }).exactOptional(),
  cors: strictObject({
    origins: z.array(z.string().refine(isOrigin, { error: "write an origin such as https://app.example" })),
    credentials: z.boolean().exactOptional(),
  })
    .refine(({ origins, credentials }) => !credentials || !origins.includes("*"), {
      error: "name the origins that may send credentials: '*' can't be one of them",
    })
    .exactOptional(),
  limits: strictObject({
    depth: count.exactOptional(),
    aliases: count.exactOptional(),
    fields: count.exactOptional(),
    tokens: count.exactOptional(),
    entities: count.exactOptional(),
    cost: count.exactOptional(),
    rows: count.exactOptional(),
    body: count.exactOptional(),
    time: duration.exactOptional(),
  }).exactOptional(),
  persisted: strictObject({ file: text, only: z.boolean().exactOptional() }).exactOptional(),
  guard: strictObject({
    atOnce: count.exactOptional(),
    queued: z.int().min(0).exactOptional(),
    timeout: duration.exactOptional(),
    failures: count.exactOptional(),
    pause: duration.exactOptional(),
  }).exactOptional(),
  tracing: strictObject({
    endpoint: z.url({ protocol: /^https?$/, error: "write an address such as http://collector:4318" }).exactOptional(),
    sample: share.exactOptional(),
  }).exactOptional(),
  servingLog: strictObject({
    folder: text,
    sample: share.exactOptional(),
    maxBytes: count.exactOptional(),
    keepBytes: count.exactOptional(),
    bufferBytes: count.exactOptional(),
    flush: duration.exactOptional(),
  }).exactOptional(),
  log: z.enum(["requests", "errors"], { error: "choose 'requests' or 'errors'" }).exactOptional(),
});

export type ParsedServer = z.infer<typeof server>;
