import { script } from "./script.js";

/**
 * KEYS: buckets, then the entities of each. ARGV: the generation, how many buckets, for each bucket how many entities,
 * and for each entity how many rows, less than none where it asks, and those. Appends rows to the entity's, but for those
 * whose bytes are there. Gives for each bucket its mark, for each of the rows `1` where it was appended and else `0`, and
 * for each entity that asks all its rows (see row-list.ts) and its state.
 */
export const APPEND = script(`
local call, field, buckets = redis.call, ARGV[1], tonumber(ARGV[2])
local pack, unpack, sub, find = struct.pack, struct.unpack, string.sub, string.find
local found, key, argument = {}, buckets, 2 + buckets
local function has(rows, row)
  if not find(rows, row, 1, true) then return false end
  local at = 1
  while at <= #rows do
    local length = unpack('>I4', rows, at)
    if length == #row and sub(rows, at + 4, at + 3 + length) == row then return true end
    at = at + 4 + length
  end
  return false
end
local function appended(rows, from, to, added)
  local parts = { rows }
  local there = nil
  if to - from > 3 then
    there = {}
    local at = 1
    while at <= #rows do
      local length = unpack('>I4', rows, at)
      there[sub(rows, at + 4, at + 3 + length)] = true
      at = at + 4 + length
    end
  end
  for r = from, to do
    local row = ARGV[r]
    local old
    if there then old = there[row] else old = has(rows, row) end
    added[#added + 1] = old and '0' or '1'
    if not old then
      parts[#parts + 1] = pack('>I4', #row) .. row
      if there then there[row] = true else rows = rows .. parts[#parts] end
    end
  end
  return #parts > 1 and (there and table.concat(parts) or rows)
end
for b = 1, buckets do
  local bucket, added, told = KEYS[b], {}, {}
  for i = 1, tonumber(ARGV[2 + b]) do
    key, argument = key + 1, argument + 1
    local entity, count = KEYS[key], tonumber(ARGV[argument])
    local asks = count < 0
    if asks then count = -count end
    local list = field .. '!' .. sub(entity, #bucket)
    local rows = call('HGET', bucket, list) or ''
    local now = appended(rows, argument + 1, argument + count, added)
    argument = argument + count
    if now then call('HSET', bucket, list, now) end
    if asks then told[#told + 1] = { now or rows, call('HGET', entity, field) } end
  end
  found[b] = { call('HGET', bucket, field), table.concat(added), told }
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
