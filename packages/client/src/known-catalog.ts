/** A catalog that is fetched once, by whoever asks first, where none is given. */
export interface KnownCatalog<C> {
  get(): Promise<C>;
  /** Fetches anew, unless another call has done so since `seen`. */
  after(seen: C): Promise<C>;
}

export function knownCatalog<C extends object>(fetch: () => Promise<C>, given?: C): KnownCatalog<C> {
  let known: Promise<C> | undefined = given === undefined ? undefined : resolved(given);
  const get = () => {
    const fetched = known ?? fetch();
    known = fetched;
    // A failure is not remembered.
    fetched.catch(() => {
      if (known === fetched) known = undefined;
    });
    return fetched;
  };
  const after = async (seen: C) => {
    const current = known;
    if ((await current?.catch(() => undefined)) === seen && known === current) known = undefined;
    return get();
  };
  return { get, after };
}

const resolved = async <C>(catalog: C): Promise<C> => catalog;
