import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { certificate, type TlsFiles } from "../tls/certificate.js";

export interface HttpServer {
  readonly server: Server;
  readonly scheme: "http" | "https";
  close(): void;
}

const LEAST = { minVersion: "TLSv1.2" } as const;

/** A server that doesn't listen yet, with TLS where there are files for it. */
export function httpServer(
  listener: RequestListener,
  tls: TlsFiles | undefined,
  options: { readonly onError: (error: unknown) => void; readonly everyMs?: number | undefined },
): HttpServer {
  if (!tls) return { server: patient(createServer(listener)), scheme: "http", close: () => {} };
  // New connections get the new certificate; those that are open keep theirs.
  const files = certificate(tls, { ...options, onChange: (pem) => server.setSecureContext({ ...pem, ...LEAST }) });
  const server = createTlsServer({ ...files.get(), ...LEAST }, listener);
  return { server: patient(server), scheme: "https", close: files.close };
}

function patient<S extends Server>(server: S): S {
  // Longer than the idle time of usual load balancers, so that it is they who close a connection.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 15_000;
  server.requestTimeout = 30_000;
  return server;
}
