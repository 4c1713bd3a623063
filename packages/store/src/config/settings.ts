import { type Duration, durationMicros } from "@lockstep/core";

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the settings that are not set. */
export const defined = <T extends object>(settings: T): Defined<T> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Defined<T>;

/** A duration as timers take it. */
export const milliseconds = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : Math.max(1, Math.round(durationMicros(duration as Duration) / 1000));
