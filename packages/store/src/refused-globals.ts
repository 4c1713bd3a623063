/** What would make two runs of a function differ: clocks, chance, places, other machines, other turns of the loop. */
const REFUSED = [
  "Date",
  "Temporal",
  "Intl",
  "performance",
  "crypto",
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "EventSource",
  "process",
  "navigator",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "WeakRef",
  "FinalizationRegistry",
];

/** Free uses of these names become `__lockstep.Date`, so that the text of a function still says what it uses. */
export const REFUSED_DEFINES: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...REFUSED, "Math", "globalThis"].map((name) => [name, `__lockstep.${name}`])),
  global: "__lockstep.globalThis",
  // Libraries look at it when they are loaded.
  "process.env.NODE_ENV": '"production"',
};

/**
 * What stands in their place. Calling throws, looking at most of them does not: libraries that are bundled along do so
 * when they are loaded. This guards against mistakes; it is no sandbox.
 */
export const REFUSED_BANNER = `const __lockstep = (() => {
  const refuse = (name) => {
    const what = "it uses '" + name + "', so two runs could differ";
    const mend = "compute from the request, the features and t alone";
    const error = new Error("ON_DEMAND_IMPURE: " + what + "; " + mend);
    throw Object.assign(error, { name: "LockstepError", code: "ON_DEMAND_IMPURE", diagnostics: [{ code: "ON_DEMAND_IMPURE", what, mend }] });
  };
  const refused = (name) => new Proxy(function () {}, {
    get: (_, key) => {
      if (typeof key === "symbol") return key === Symbol.toPrimitive ? () => refuse(name) : undefined;
      return name === "process" ? refuse(name + "." + key) : refused(name + "." + key);
    },
    set: () => refuse(name),
    apply: () => refuse(name),
    construct: () => refuse(name),
  });
  const names = {};
  for (const name of ${JSON.stringify(REFUSED)}) names[name] = refused(name);
  names.Math = Object.freeze(Object.create(Math, { random: { value: refused("Math.random") } }));
  names.globalThis = new Proxy(globalThis, {
    get: (real, key) => Object.hasOwn(names, key) ? names[key] : key === "global" || key === "self" ? names.globalThis : real[key],
    set: (_, key) => refuse("globalThis." + String(key)),
  });
  return Object.freeze(names);
})();`;
