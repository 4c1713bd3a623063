import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificate {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

/** An authority of a folder's own, made with openssl, and what it signs. */
export interface Authority {
  readonly path: string;
  readonly ca: Buffer;
  /** A certificate for these names, such as `IP:127.0.0.1` and `DNS:localhost`. */
  sign(name: string, ...subjects: readonly string[]): Promise<Certificate>;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export async function authority(folder: string, name: string): Promise<Authority> {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const [path, key] = [at("ca.pem"), at("ca.key")];
  await run("openssl", ["req", "-x509", ...KEY, "-days", "2", "-subj", `/CN=${name}`, "-keyout", key, "-out", path]);
  return {
    path,
    ca: await readFile(path),
    sign: async (of, ...subjects) => {
      const made = { cert: at(`${of}.pem`), key: at(`${of}.key`) };
      const [request, extensions] = [at(`${of}.csr`), at(`${of}.ext`)];
      await run("openssl", ["req", ...KEY, "-subj", `/CN=${of}`, "-keyout", made.key, "-out", request]);
      await writeFile(extensions, subjects.length > 0 ? `subjectAltName=${subjects.join(",")}\n` : "");
      const signed = ["-CA", path, "-CAkey", key, "-CAcreateserial", "-days", "2", "-extfile", extensions];
      await run("openssl", ["x509", "-req", "-in", request, ...signed, "-out", made.cert]);
      return made;
    },
  };
}
