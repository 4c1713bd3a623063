import { script } from "./script.js";
import { PLAIN } from "./stamps.js";
import { TALLY } from "./tally.js";

/**
 * KEYS: a bucket and an entity. ARGV: the generation, a state as it was read, and what takes its place, nothing where it is
 * empty. Does so where the entity still has exactly that state, and gives whether it does.
 */
export const REPLACE = script(
  PLAIN,
  TALLY,
  `
local bucket, entity, field, next = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local held = redis.call('HGET', entity, field)
if not held or plain(held) ~= ARGV[2] then return 0 end
if next == '' then
  redis.call('HDEL', entity, field)
  lower(bucket, field, 1)
else
  redis.call('HSET', entity, field, next)
end
return 1
`,
);
