import { LOST } from "./put.js";
import { script } from "./script.js";
import { GREATER, MARKS } from "./stamps.js";
import { TALLY } from "./tally.js";

/** The mark that the run builds on is missing, or is older. */
export const OUTRUN = -2;
/** The bucket has no states but those that the run put. */
export const ALONE = 0;
/** It has, or may have, others. */
export const OTHERS = 1;

/**
 * KEYS: buckets. ARGV: the generation, the mark, the mark that this one builds on (may be empty), chain, seconds, and for
 * each bucket the chain's links. Puts the greater stamp and the greater floor of the mark and the one that is there, if
 * that is undamaged, and ends the chain. Gives for each bucket one of the above.
 */
export const MARK = script(
  GREATER,
  MARKS,
  TALLY,
  `
local field, mark, previous, chain, seconds = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local found = {}
for b, bucket in ipairs(KEYS) do
  local text, count, links, put = tally(bucket, field, chain)
  local held = redis.call('HGET', bucket, field)
  if held and not sound(held) then held = false end
  if links < tonumber(ARGV[5 + b]) then
    found[b] = ${LOST}
  elseif previous ~= '' and (not held or greater(previous, held)) then
    found[b] = ${OUTRUN}
  else
    redis.call('HSET', bucket, field, held and merged(mark, held) or mark)
    settle(bucket, field, text, count, chain, nil, seconds)
    found[b] = count == put and ${ALONE} or ${OTHERS}
  end
end
return found
`,
);
