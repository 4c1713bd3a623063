import { expect, test } from "vitest";
import { fakeStore, fs } from "./fake.js";

test("sweep says what it removed, what stays, why and until when", async () => {
  const until = "2026-01-07T00:30:00.000000Z";
  const store = fakeStore({
    sweep: async () => [
      { generation: 1, keys: 1_234 },
      { generation: 2, keys: 0, writtenBy: 7 },
      { generation: 3, keys: 0, awaitedBy: ["spending", "ever"], until },
      { generation: 4, keys: 0, awaitedBy: ["spending"] },
    ],
  });
  expect((await fs("sweep", { store })).out).toMatchInlineSnapshot(`
    "generation  states removed
    1                    1,234

    1 generation removed
    Generation 2 stays: run 7 has not ended, and may still write to it. After a day it counts as killed.
    Generation 3 stays: the first run of spending, ever takes over what was pushed to it. Run \`fs materialize spending ever\`; from 2026-01-07T00:30:00Z on it would find nothing to take over, and the generation goes without it.
    Generation 4 stays: the first run of spending takes over what was pushed to it. Run \`fs materialize spending\`, which names what of that is damaged.
    "
  `);
});
