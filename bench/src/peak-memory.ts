import { existsSync, readFileSync } from "node:fs";

const STATUS = "/proc/self/status";

/** The most memory that this process has had resident, in bytes. Linux's getrusage begins with its parent's. */
export function peakMemory(): number {
  const own = existsSync(STATUS) && /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(STATUS, "utf8"));
  return (own ? Number(own[1]) : process.resourceUsage().maxRSS) * 1024;
}
