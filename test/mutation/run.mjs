import { runMain } from "../support/run-main.mjs";

await runMain(new URL("main.ts", import.meta.url));
