import { usage } from "./usage-error.js";

/** For an option that takes a whole number within bounds. */
export const wholeNumber =
  (name: string, least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const n = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (n >= least && n <= most) return n;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw usage(`'${text}' is no value for ${name}`, `give a whole number ${range}`);
  };
