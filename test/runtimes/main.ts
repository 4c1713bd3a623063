// Runs in any runtime: as a program that prints, or in a page that posts to where it came from.
import { conformance } from "./conformance.js";

const page = typeof document !== "undefined";
const [server = "", troubled = ""] = page ? new URLSearchParams(location.search).getAll("url") : process.argv.slice(2);
const result = await conformance({ server, troubled }).catch((error: unknown) => ({ failed: String(error) }));
const text = JSON.stringify(result);
if (page) await fetch("/result", { method: "POST", body: text });
else console.log(text);
