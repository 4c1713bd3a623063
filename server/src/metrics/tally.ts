import { Counter, type Registry } from "prom-client";

/** A counter of two labels at the cost of an addition: prom-client is told of it when it is asked for. */
export function tally(
  registry: Registry,
  named: { readonly name: string; readonly help: string },
  ...labelNames: readonly [string, string]
): (first: string, second: string, count: number) => void {
  const all: { readonly labels: readonly [string, string]; untold: number }[] = [];
  const of = remembered((...labels) => {
    const made = { labels, untold: 0 };
    all.push(made);
    return made;
  });
  new Counter({
    ...named,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      for (const one of all) {
        this.labels(...one.labels).inc(one.untold);
        one.untold = 0;
      }
    },
  });
  return (first, second, count) => {
    of(first, second).untold += count;
  };
}

/** What is made for two names, made once. Finding a label's place costs more than counting does. */
export function remembered<T>(make: (first: string, second: string) => T): (first: string, second: string) => T {
  const made = new Map<string, Map<string, T>>();
  return (first, second) => {
    let of = made.get(first);
    if (!of) {
      of = new Map();
      made.set(first, of);
    }
    let found = of.get(second);
    if (found === undefined) {
      found = make(first, second);
      of.set(second, found);
    }
    return found;
  };
}
