import { script } from "./script.js";

/**
 * KEYS: buckets, then the entities of each. ARGV: the generation, how many buckets, for each bucket how many entities,
 * and for each entity how many rows, and those. Appends rows to the entity's, but for those whose bytes are there. Gives
 * for each entity which it appended, all its rows (see row-list.ts), its state and the bucket's mark.
 */
export const APPEND = script(`
local call, field, buckets = redis.call, ARGV[1], tonumber(ARGV[2])
local found, key, argument = {}, buckets, 2 + buckets
for b = 1, buckets do
  local bucket = KEYS[b]
  local mark = call('HGET', bucket, field)
  for i = 1, tonumber(ARGV[2 + b]) do
    key, argument = key + 1, argument + 1
    local entity, count = KEYS[key], tonumber(ARGV[argument])
    local list = field .. '!' .. string.sub(entity, #bucket)
    local rows = call('HGET', bucket, list) or ''
    local there, added, parts, at = {}, {}, { rows }, 1
    while at <= #rows do
      local length = struct.unpack('>I4', rows, at)
      there[string.sub(rows, at + 4, at + 3 + length)] = true
      at = at + 4 + length
    end
    for r = 1, count do
      local row = ARGV[argument + r]
      added[r] = there[row] and 0 or 1
      if added[r] == 1 then
        there[row] = true
        parts[#parts + 1] = struct.pack('>I4', #row) .. row
      end
    end
    argument = argument + count
    if #parts > 1 then
      rows = table.concat(parts)
      call('HSET', bucket, list, rows)
    end
    found[#found + 1] = { added, rows, call('HGET', entity, field), mark }
  end
end
return found
`);

/** KEYS: a bucket and an entity. ARGV: the generation and a row. Removes that row of the entity's; gives how often it was there. */
export const REMOVE_ROW = script(`
local bucket, entity = KEYS[1], KEYS[2]
local list = ARGV[1] .. '!' .. string.sub(entity, #bucket)
local rows, kept, removed, at = redis.call('HGET', bucket, list) or '', {}, 0, 1
while at <= #rows do
  local length = struct.unpack('>I4', rows, at)
  if string.sub(rows, at + 4, at + 3 + length) == ARGV[2] then removed = removed + 1
  else kept[#kept + 1] = string.sub(rows, at, at + 3 + length) end
  at = at + 4 + length
end
if removed > 0 then
  if #kept == 0 then redis.call('HDEL', bucket, list) else redis.call('HSET', bucket, list, table.concat(kept)) end
end
return removed
`);

// Before Redis 7 a script may write after a scan only where its effects are replicated.
const EFFECTS = "if redis.replicate_commands then redis.replicate_commands() end";

/**
 * KEYS: a hash. ARGV: cursor, how many fields to look at, a pattern of fields, and the eight bytes of an instant (may be
 * empty: all). Removes the rows that became known by then. Gives the next cursor, how many rows it removed, and how
 * many fields it looked at.
 */
export const DROP_ROWS = script(
  EFFECTS,
  `
local found = redis.call('HSCAN', KEYS[1], ARGV[1], 'MATCH', ARGV[3], 'COUNT', ARGV[2])
local entries, dropped = found[2], 0
local t1, t2
if ARGV[4] ~= '' then t1, t2 = struct.unpack('>I4I4', ARGV[4]) end
for i = 1, #entries, 2 do
  local rows, kept, removed, at = entries[i + 1], {}, false, 1
  while at <= #rows do
    local length = struct.unpack('>I4', rows, at)
    local k1, k2 = t1, t2
    if t1 and length >= 8 then k1, k2 = struct.unpack('>I4I4', rows, at + 4) end
    if t1 and (k1 > t1 or k1 == t1 and k2 > t2) then
      kept[#kept + 1] = string.sub(rows, at, at + 3 + length)
    else
      dropped, removed = dropped + 1, true
    end
    at = at + 4 + length
  end
  if #kept == 0 then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif removed then
    redis.call('HSET', KEYS[1], entries[i], table.concat(kept))
  end
end
return { found[1], dropped, #entries / 2 }
`,
);

/**
 * KEYS: a hash. ARGV: cursor, how many fields to look at, a pattern of fields. Removes those fields. Gives the next cursor,
 * how many it removed, and how many it looked at.
 */
export const DROP_FIELDS = script(
  EFFECTS,
  `
local found = redis.call('HSCAN', KEYS[1], ARGV[1], 'MATCH', ARGV[3], 'COUNT', ARGV[2])
local entries, gone = found[2], {}
for i = 1, #entries, 2 do gone[#gone + 1] = entries[i] end
for i = 1, #gone, 1000 do redis.call('HDEL', KEYS[1], unpack(gone, i, math.min(i + 999, #gone))) end
return { found[1], #gone, #gone }
`,
);
