import { didYouMean } from "@lockstep/core";
import { z } from "zod";

/** An object that has these settings and no others; a wrong name is answered with the nearest right one. */
export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const known = Object.keys(shape);
      const unknown = (issue.keys as string[]).map((key) => `'${key}'${didYouMean(key, known)}`).join(", ");
      return `there is no setting ${unknown}: there is ${known.join(", ")}`;
    },
  });
