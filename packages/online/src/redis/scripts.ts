// Every script has one key, a bucket's hash, so that it runs on a Cluster as it does on a single server.

// Lua's `<` on strings goes by the server's locale. Too short for a stamp is smaller than any.
const GREATER = `
local unpackStamp = struct.unpack
local function greater(a, b)
  if #a < 13 then return false end
  if #b < 13 then return true end
  local a1, a2, a3 = unpackStamp('>I4I4I4', a, 2)
  local b1, b2, b3 = unpackStamp('>I4I4I4', b, 2)
  if a1 ~= b1 then return a1 > b1 end
  if a2 ~= b2 then return a2 > b2 end
  return a3 > b3
end
`;

/** Links of a chain that are there; none where the bucket has lost it. Its field holds `links@seconds`. */
const LINKS = `
local function links(chain)
  local held = redis.call('HGET', KEYS[1], chain)
  return held and tonumber(string.match(held, '^%d+')) or 0
end
`;

/** A link before this one is missing: what the run wrote into the bucket is lost. */
export const LOST = -1;
/** The mark that the run builds on is missing, or is older. */
export const OUTRUN = -2;

/**
 * ARGV: chain, link, seconds, how many states, and field and value of each, packed (see pack.ts). Puts each state
 * unless the field holds a greater stamp, and gives how many it put. A link that is there already was sent twice, which
 * does no harm. States come packed because an argument costs more than it holds, at both ends.
 */
const PUT = `${GREATER}${LINKS}
local bucket, chain, link = KEYS[1], ARGV[1], tonumber(ARGV[2])
local there = links(chain)
if there < link - 1 then return ${LOST} end
local count = tonumber(ARGV[4])
local put, size, best = {}, 0, {}
if count > 0 then
  local states, fields = { struct.unpack('>' .. string.rep('I4c0', 2 * count), ARGV[5]) }, {}
  for i = 1, count do fields[i] = states[2 * i - 1] end
  local held = redis.call('HMGET', bucket, unpack(fields))
  for i = 1, count do
    local field, value = fields[i], states[2 * i]
    local present = best[field] or held[i]
    if not present or not greater(present, value) then
      best[field], put[size + 1], put[size + 2], size = value, field, value, size + 2
    end
  end
end
if there < link then put[size + 1], put[size + 2] = chain, ARGV[2] .. '@' .. ARGV[3] end
if #put > 0 then redis.call('HSET', bucket, unpack(put)) end
return size / 2
`;

/**
 * ARGV: the mark's field, the mark, chain (may be empty), its links, the mark that this one builds on (may be empty).
 * Puts the greater stamp and the greater floor of the mark and the one that is there (see mark.ts), and ends the chain.
 */
const MARK = `${GREATER}${LINKS}
local bucket, field, mark, chain, previous = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[5]
if chain ~= '' and links(chain) < tonumber(ARGV[4]) then return ${LOST} end
local held = redis.call('HGET', bucket, field)
if previous ~= '' and (not held or greater(previous, held)) then return ${OUTRUN} end
if held then
  local stamp, floor, other = string.sub(mark, 1, 13), string.sub(mark, 14), string.sub(held, 14)
  if greater(held, mark) then stamp = string.sub(held, 1, 13) end
  if floor == '' or greater(' ' .. other, ' ' .. floor) then floor = other end
  mark = stamp .. floor
end
redis.call('HSET', bucket, field, mark)
if chain ~= '' then redis.call('HDEL', bucket, chain) end
return 0
`;

// Before Redis 7 a script may write after a scan only where its effects are replicated.
const EFFECTS = "if redis.replicate_commands then redis.replicate_commands() end\n";

/**
 * ARGV: cursor, how many fields to look at, what begins the fields, a mark (may be empty: all of them), and the second
 * before which a chain is forsaken. Removes states with a smaller stamp than the mark's, and forsaken chains.
 * Gives the next cursor, how many states were removed, and how many fields were looked at.
 */
const REMOVE = `${EFFECTS}
local bucket, generation, mark, before = KEYS[1], ARGV[3], ARGV[4], tonumber(ARGV[5])
local found = redis.call('HSCAN', bucket, ARGV[1], 'MATCH', generation .. '[:+]*', 'COUNT', ARGV[2])
local entries, gone, states = found[2], {}, 0
local sign, byte, unpackStamp = #generation + 1, string.byte, struct.unpack
local m1, m2, m3
if mark ~= '' then m1, m2, m3 = unpackStamp('>I4I4I4', mark, 2) end
for i = 1, #entries, 2 do
  local field, value = entries[i], entries[i + 1]
  if byte(field, sign) == 43 then
    local seconds = tonumber(string.match(value, '@(%d+)')) or 0
    if not m1 or seconds < before then gone[#gone + 1] = field end
  else
    local older = not m1 or #value < 13
    if not older then
      local v1, v2, v3 = unpackStamp('>I4I4I4', value, 2)
      older = m1 > v1 or m1 == v1 and (m2 > v2 or m2 == v2 and m3 > v3)
    end
    if older then gone[#gone + 1], states = field, states + 1 end
  end
end
for i = 1, #gone, 1000 do
  redis.call('HDEL', bucket, unpack(gone, i, math.min(i + 999, #gone)))
end
return { found[1], states, #entries / 2 }
`;

/** As ioredis takes them: each is one EVALSHA, and EVAL where the server has yet to learn the script. */
export const SCRIPTS = {
  lockstepPut: { lua: PUT, numberOfKeys: 1 },
  lockstepMark: { lua: MARK, numberOfKeys: 1 },
  lockstepRemove: { lua: REMOVE, numberOfKeys: 1 },
} as const;
