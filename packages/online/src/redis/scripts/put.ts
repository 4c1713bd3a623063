import { script } from "./script.js";
import { GREATER, WHOLE } from "./stamps.js";
import { TALLY } from "./tally.js";

/** A link before this one is missing: what the run wrote into the bucket is lost. */
export const LOST = -1;

/**
 * KEYS: buckets, then the entities of each. ARGV: the generation, chain, seconds, how many buckets, for each bucket how
 * many entities and which link of the chain, and a state for each entity. Puts each state unless there is one of a
 * greater stamp, and gives how many it put. A link that is there already was sent twice, which does no harm.
 * Where a bucket has only what this chain put, a state is expected to be new, which saves looking.
 */
export const PUT = script(
  GREATER,
  WHOLE,
  TALLY,
  `
local call, field, chain, seconds, buckets = redis.call, ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local tallies = {}
for b = 1, buckets do
  local text, count, links, put = tally(KEYS[b], field, chain)
  if links < tonumber(ARGV[4 + 2 * b]) - 1 then return ${LOST} end
  tallies[b] = { text, count, links, put }
end
local key, value, total = buckets, 4 + 2 * buckets, 0
for b = 1, buckets do
  local entities, link = tonumber(ARGV[3 + 2 * b]), tonumber(ARGV[4 + 2 * b])
  local text, count, links, put = unpack(tallies[b])
  local alone = count == put
  for i = 1, entities do
    local entity, state = KEYS[key + i], ARGV[value + i]
    if alone and call('HSETNX', entity, field, state) == 1 then
      count, put, total = count + 1, put + 1, total + 1
    else
      local held = call('HGET', entity, field)
      local old, new = held and whole(held), held and whole(state)
      if not held or not greater(old, new) then
        if not held then count = count + 1 end
        if not held or greater(new, old) then put = put + 1 end
        call('HSET', entity, field, state)
        total = total + 1
      end
    end
  end
  key, value = key + entities, value + entities
  local entry = table.concat({ chain, math.max(links, link), put, seconds }, ',')
  settle(KEYS[b], field, text, count, chain, entry, seconds)
end
return total
`,
);
