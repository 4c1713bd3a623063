import { script } from "./script.js";
import { GREATER, MARKS } from "./stamps.js";

/**
 * KEYS: buckets, then the entities of each. ARGV: how many generations' states, marks and rows are asked for, these
 * generations' fields (those of rows with the `!`), and for each bucket how many entities. Gives the marks, of each the
 * lesser of all buckets; for each entity its states; and, where asked for, its rows.
 */
export const READ = script(
  GREATER,
  MARKS,
  `
local call, s, m, r = redis.call, tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local buckets = #ARGV - 3 - s - m - r
local marks = {}
if m > 0 then
  local first, last = 4 + s, 3 + s + m
  marks = call('HMGET', KEYS[1], unpack(ARGV, first, last))
  for b = 2, buckets do
    local others = call('HMGET', KEYS[b], unpack(ARGV, first, last))
    for i = 1, m do
      if others[i] ~= marks[i] then marks[i] = lesser(marks[i], others[i]) end
    end
  end
end
local states = {}
if s > 0 then
  for i = buckets + 1, #KEYS do states[i - buckets] = call('HMGET', KEYS[i], unpack(ARGV, 4, 3 + s)) end
end
if r == 0 then return { marks, states } end
local rows, key = {}, buckets
for b = 1, buckets do
  local bucket = KEYS[b]
  for i = key + 1, key + tonumber(ARGV[3 + s + m + r + b]) do
    local entity, fields = string.sub(KEYS[i], #bucket), {}
    for g = 1, r do fields[g] = ARGV[3 + s + m + g] .. entity end
    rows[i - buckets] = call('HMGET', bucket, unpack(fields))
    key = i
  end
end
return { marks, states, rows }
`,
);
