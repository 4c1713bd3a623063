import type { Secret } from "./config.js";
import type { Duration } from "./duration.js";

/** What a caller of the server may do. `operate`: read metrics, and the details of `/readyz`. */
export const SERVER_OPERATIONS = ["read", "push", "introspect", "operate"] as const;
export type ServerOperation = (typeof SERVER_OPERATIONS)[number];

export interface ServerGrant {
  /** Names of feature services. Default: all. */
  readonly services?: readonly string[];
  /** Default: `["read"]`. */
  readonly operations?: readonly ServerOperation[];
  /** The sources whose rows may be pushed, each by its name: `push` needs them. */
  readonly sources?: readonly string[];
}

/** An API key: as a secret, or as its SHA-256 in hex, which is none. */
export type ApiKeyConfig = ServerGrant & {
  /** What logs call its holder. */
  readonly name: string;
} & ({ readonly key: Secret; readonly sha256?: never } | { readonly sha256: string; readonly key?: never });

export type JwtAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

export interface JwtConfig {
  /** Where the issuer's public keys are: a URL, or a file. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Default: RS256 and ES256. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** How far the issuer's clock may be off. Default `30s`. */
  readonly clockTolerance?: Duration;
  /** The claim that names grants. Default `scope`. */
  readonly claim?: string;
  /** What each word of the claim permits; `*` is every good token. */
  readonly grants: Readonly<Record<string, ServerGrant>>;
}

export interface ServerLimits {
  /** Fields within fields. Default 10. */
  readonly depth?: number;
  /** Default 50. */
  readonly aliases?: number;
  /** Fields of a document, fragments written out. Default 5,000. */
  readonly fields?: number;
  /** Words and signs of a document. Default 15,000. */
  readonly tokens?: number;
  /** Entities in one request. Default 10,000. */
  readonly entities?: number;
  /** Entities times columns. Default 1,000,000. */
  readonly cost?: number;
  /** Rows pushed in one request. Default 10,000. */
  readonly rows?: number;
  /** Bytes of a request's body. Default 4,000,000. */
  readonly body?: number;
  /** How long a request may take. Default `10s`. */
  readonly time?: Duration;
}

/** What keeps a slow or absent online store from taking the server along. */
export interface StoreGuardConfig {
  /** Reads under way at a time. Default 256. */
  readonly atOnce?: number;
  /** Reads that wait for their turn. Default 1,024. */
  readonly queued?: number;
  /** How long a read may take. Default `2s`. */
  readonly timeout?: Duration;
  /** So many failures one after the other stop reads. Default 5. */
  readonly failures?: number;
  /** For how long. Default `1s`. */
  readonly pause?: Duration;
}

/** A sample of what is served, in files, for `fs parity --log`. */
export interface ServingLogConfig {
  /** Where the files are. Several servers may share it. */
  readonly folder: string;
  /** Which part of the answers is kept. Default `1%`. */
  readonly sample?: string;
  /** A file is followed by another one at this size. Default 64,000,000. */
  readonly maxBytes?: number;
  /** The oldest files are removed beyond this size of all. Default 1,000,000,000. */
  readonly keepBytes?: number;
  /** Answers are dropped, and counted, where more than this waits to be written. Default 8,000,000. */
  readonly bufferBytes?: number;
  /** How long an answer waits at most before it is written: what a kill loses. Default `200ms`. */
  readonly flush?: Duration;
}

/** How `fs serve` listens, whom it answers, and how much. */
export interface ServerConfig {
  readonly host?: string;
  readonly port?: number;
  /** How many processes share the port. Default 1. */
  readonly workers?: number;
  /** Takes pushed rows: mutations, and `POST /push`. Default: nobody may push. */
  readonly push?: boolean;
  /** Required where others than this machine can reach the host. "none": something in front of it asks who they are. */
  readonly auth?: "none" | { readonly keys?: readonly ApiKeyConfig[]; readonly jwt?: JwtConfig };
  /** PEM files. They are read again when they change. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * Web pages that may ask, by their origins; `*`: all. `credentials`: browsers may send cookies and client certificates
   * along, for what stands in front of the server. Default: no page may ask.
   */
  readonly cors?: { readonly origins: readonly string[]; readonly credentials?: boolean };
  readonly limits?: ServerLimits;
  /** A file of documents that may be asked for by their hash; `only`: and no others are answered. */
  readonly persisted?: { readonly file: string; readonly only?: boolean };
  readonly guard?: StoreGuardConfig;
  /** A line for each request, or for those only that fail on the server's side. Default "errors". */
  readonly log?: "requests" | "errors";
  /**
   * Traces, by OTLP over HTTP. The variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT`, ...) do without this. Default: none.
   * `endpoint`: such as `http://collector:4318`. `sample`: which part of the traces that begin here is kept. Default: all.
   */
  readonly tracing?: { readonly endpoint?: string; readonly sample?: string };
  /** Default: nothing of what is served is kept. */
  readonly servingLog?: ServingLogConfig;
}
