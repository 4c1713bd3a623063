import { createSecureContext } from "node:tls";
import { LockstepError } from "@lockstep/core";
import { type WatchOptions, watchedFiles } from "../files/watched-files.js";

/** PEM files. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

interface Pem {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate and its key. One that doesn't fit the other is refused: both files are rarely replaced at once. */
export const certificate = (files: TlsFiles, options: WatchOptions<Pem>) =>
  watchedFiles<Pem>(
    [files.cert, files.key],
    (...[cert, key]) => {
      const pem = { cert: cert as Buffer, key: key as Buffer };
      try {
        createSecureContext(pem);
      } catch (cause) {
        throw new LockstepError(
          {
            code: "TLS_INVALID",
            place: files.cert,
            what: `it is no certificate with the key ${files.key}`,
            mend: "give PEM files of one certificate (with its chain) and its key",
          },
          { cause },
        );
      }
      return pem;
    },
    options,
  );
