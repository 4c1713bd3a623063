import { usage } from "./usage-error.js";

/** For an option that takes a part such as `0.1%`. */
export const percent =
  (name: string) =>
  (text: string): number => {
    const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    const part = Number(number) / 100;
    if (number !== undefined && part <= 1) return part;
    throw usage(`'${text}' is no value for ${name}`, "give a part of all values, such as 0.1%");
  };

/** `0.1%`; of little so many digits that it is not 0. */
export const percentText = (part: number): string => `${Number((part * 100).toPrecision(3))}%`;
