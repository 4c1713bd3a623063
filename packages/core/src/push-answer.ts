/** Why a row was not taken. */
export interface Rejection {
  readonly code: string;
  readonly reason: string;
}

/**
 * What became of a pushed row. `DUPLICATE`: exactly this row was there. `LATE`: known at or before the T of every view,
 * so that only the source speaks of it. `late`: the views of which that is so, where others have taken it.
 */
export type PushAnswer =
  | { readonly status: "ACCEPTED" | "DUPLICATE"; readonly late?: readonly string[] }
  | { readonly status: "LATE" }
  | ({ readonly status: "REJECTED" } & Rejection);
