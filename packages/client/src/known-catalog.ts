import type { Catalog } from "./catalog.js";

/** A catalog that is fetched once, by whoever asks first, where none is given. */
export interface KnownCatalog {
  get(): Promise<Catalog>;
  /** Fetches anew, unless another call has done so since `seen`. */
  after(seen: Catalog): Promise<Catalog>;
}

export function knownCatalog(fetch: () => Promise<Catalog>, given?: Catalog): KnownCatalog {
  let known = given && Promise.resolve(given);
  const get = () => {
    const fetched = known ?? fetch();
    known = fetched;
    // A failure is not remembered.
    fetched.catch(() => {
      if (known === fetched) known = undefined;
    });
    return fetched;
  };
  const after = async (seen: Catalog) => {
    const current = known;
    if ((await current?.catch(() => undefined)) === seen && known === current) known = undefined;
    return get();
  };
  return { get, after };
}
