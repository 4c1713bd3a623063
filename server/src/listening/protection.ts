import { LockstepError } from "@lockstep/core";

/** Addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** Throws where anybody on the network could ask, and nobody has said that they may. */
export function refuseUnprotected(host: string, auth: object | "none" | undefined): void {
  if (auth !== undefined || isLoopback(host)) return;
  throw new LockstepError({
    code: "SERVER_UNPROTECTED",
    place: `server.host '${host}'`,
    what: "others could reach the server there, and it asks nobody who they are",
    mend: 'give the environment\'s server `auth: { keys: [...] }` or `auth: { jwt: {...} }`; or `auth: "none"`, where something in front of it asks',
  });
}
