import { script } from "./script.js";
import { GREATER, WHOLE } from "./stamps.js";
import { TALLY } from "./tally.js";

/**
 * KEYS: buckets, then the entities of each. ARGV: the generation, a mark (may be empty), and for each bucket how many
 * entities. Removes the states with a smaller stamp than the mark's, or all. Gives for each bucket which it
 * removed, counted from one, how many it left, and which of those have a greater stamp.
 */
export const REMOVE_OLDER = script(
  GREATER,
  WHOLE,
  TALLY,
  `
local call, field, mark = redis.call, ARGV[1], ARGV[2]
local found, key = {}, #ARGV - 2
for b = 1, #ARGV - 2 do
  local entities = tonumber(ARGV[2 + b])
  local gone, left, ahead = {}, 0, {}
  for i = 1, entities do
    local entity = KEYS[key + i]
    local held = mark ~= '' and call('HGET', entity, field)
    local state = held and whole(held)
    if mark == '' or held and greater(mark, state) then
      if call('HDEL', entity, field) == 1 then gone[#gone + 1] = i end
    elseif held then
      left = left + 1
      if greater(state, mark) then ahead[#ahead + 1] = i end
    end
  end
  key = key + entities
  if #gone > 0 then lower(KEYS[b], field, #gone) end
  found[b] = { gone, left, ahead }
end
return found
`,
);

/**
 * KEYS: a bucket and an entity. ARGV: generations. Removes the entity's states, and its rows; gives how many states.
 * What a run put that is under way stays in the count, for it stays in what the run has put.
 */
export const REMOVE_KEY = script(
  GREATER,
  WHOLE,
  TALLY,
  `
local bucket, entity, removed = KEYS[1], KEYS[2], 0
local key = string.sub(entity, #bucket)
for _, field in ipairs(ARGV) do
  local held = redis.call('HGET', entity, field)
  if held then
    removed = removed + redis.call('HDEL', entity, field)
    local mark = redis.call('HGET', bucket, field)
    if mark and not greater(whole(held), mark) then lower(bucket, field, 1) end
  end
  redis.call('HDEL', bucket, field .. '!' .. key)
end
return removed
`,
);
