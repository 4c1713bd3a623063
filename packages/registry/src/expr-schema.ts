import type { ExprIR, Op, ScalarKind, TypeIR } from "@lockstep/core";
import { z } from "zod";

// Records, so that a kind or an operator that core gains is missed here by the type checker.
const SCALARS: Readonly<Record<ScalarKind, true>> = {
  bool: true,
  int32: true,
  int64: true,
  float32: true,
  float64: true,
  string: true,
  bytes: true,
  date: true,
  timestamp: true,
  json: true,
  duration: true,
  int128: true,
};
const OPS: Readonly<Record<Op, true>> = {
  plus: true,
  minus: true,
  times: true,
  div: true,
  idiv: true,
  negate: true,
  abs: true,
  eq: true,
  ne: true,
  lt: true,
  le: true,
  gt: true,
  ge: true,
  isIn: true,
  and: true,
  or: true,
  not: true,
  isNull: true,
  coalesce: true,
  iff: true,
  toFloat64: true,
  toDuration: true,
  instantPlus: true,
  instantMinus: true,
  midnight: true,
  hour: true,
  weekday: true,
};

export const typeSchema: z.ZodType<TypeIR> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(Object.keys(SCALARS) as ScalarKind[]) }),
    z.strictObject({ kind: z.literal("decimal"), precision: z.int(), scale: z.int() }),
    z.strictObject({ kind: z.literal("list"), element: typeSchema }),
    z.strictObject({ kind: z.literal("vector"), size: z.int() }),
    z.strictObject({ kind: z.literal("struct"), fields: z.array(namedType) }),
  ]),
);

export const namedType = z.strictObject({ name: z.string(), type: typeSchema });

export const exprSchema: z.ZodType<ExprIR> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("column"), name: z.string(), type: typeSchema }),
    z.strictObject({ kind: z.literal("literal"), value: z.string().nullable(), type: typeSchema }),
    z.strictObject({
      kind: z.literal("call"),
      op: z.enum(Object.keys(OPS) as Op[]),
      args: z.array(exprSchema),
      type: typeSchema,
    }),
  ]),
);
