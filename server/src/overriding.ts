/** The object, with members in place of its own, or beside them. All others are its own, and called on it. */
export const overriding = <T extends object, M extends object>(of: T, members: M): T & M =>
  new Proxy(of, {
    get: (target, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }) as T & M;
