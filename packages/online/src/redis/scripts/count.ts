import { script } from "./script.js";
import { TALLY } from "./tally.js";

/** KEYS: buckets. ARGV: the generation. Gives how many states each has, or more. */
export const COUNT = script(
  TALLY,
  `
local counts = {}
for b, bucket in ipairs(KEYS) do
  local _, count = tally(bucket, ARGV[1], '')
  counts[b] = count
end
return counts
`,
);

/**
 * KEYS: buckets. ARGV: the generation, and for each bucket what the count has to be still, and how many states were
 * found meanwhile. Corrects a count that was too great.
 */
export const RECOUNT = script(
  TALLY,
  `
for b, bucket in ipairs(KEYS) do
  local _, count = tally(bucket, ARGV[1], '')
  local found = tonumber(ARGV[2 * b + 1])
  if count == tonumber(ARGV[2 * b]) and found < count then lower(bucket, ARGV[1], count - found) end
end
return 0
`,
);
