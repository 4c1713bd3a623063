import type { Redis } from "ioredis";

// Byte by byte: Lua's `<` on strings goes by the server's locale. Too short for a stamp is smaller than any.
const GREATER = `
local function greater(a, b)
  if string.sub(a, 2, 13) == string.sub(b, 2, 13) then return false end
  for i = 2, 13 do
    local x, y = string.byte(a, i) or -1, string.byte(b, i) or -1
    if x ~= y then return x > y end
  end
  return false
end
`;

/** KEYS: hashes. ARGV: the field, then a value for each key. Puts each unless the field holds a greater stamp. */
const PUT = `${GREATER}
local field, written = ARGV[1], 0
for i, key in ipairs(KEYS) do
  local value, held = ARGV[i + 1], redis.call('HGET', key, field)
  if not (held and greater(held, value)) then
    redis.call('HSET', key, field, value)
    written = written + 1
  end
end
return written
`;

/** KEYS: hashes. ARGV: the field, and a mark: removes the field where its stamp is smaller. An empty mark: anyway. */
const REMOVE = `${GREATER}
local field, mark, removed = ARGV[1], ARGV[2], 0
for _, key in ipairs(KEYS) do
  local held = mark ~= '' and redis.call('HGET', key, field)
  if mark == '' or (held and greater(mark, held)) then
    removed = removed + redis.call('HDEL', key, field)
  end
end
return removed
`;

/** KEYS: a hash. ARGV: the field, and a mark. Keeps the greater stamp and the greater floor (see mark.ts). */
const PUBLISH = `${GREATER}
local key, field, mark = KEYS[1], ARGV[1], ARGV[2]
local held = redis.call('HGET', key, field)
if held then
  local stamp, a, b = string.sub(mark, 1, 13), string.sub(held, 14), string.sub(mark, 14)
  if greater(held, mark) then stamp = string.sub(held, 1, 13) end
  if b == '' or (a ~= '' and greater(' ' .. a, ' ' .. b)) then b = a end
  mark = stamp .. b
end
redis.call('HSET', key, field, mark)
return 1
`;

type Bytes = string | Uint8Array;

export interface RedisScripts {
  put(field: string, keys: readonly Bytes[], values: readonly Uint8Array[]): Promise<number>;
  publish(field: string, key: Bytes, mark: Uint8Array): Promise<number>;
  remove(field: string, keys: readonly Bytes[], mark: Uint8Array | null): Promise<number>;
}

type Script = (keys: number, ...args: Bytes[]) => Promise<number>;

/** Each call is one EVALSHA, and EVAL where the server has yet to learn the script. */
export function redisScripts(redis: Redis): RedisScripts {
  redis.defineCommand("lockstepPut", { lua: PUT });
  redis.defineCommand("lockstepPublish", { lua: PUBLISH });
  redis.defineCommand("lockstepRemove", { lua: REMOVE });
  const scripts = redis as unknown as Record<"lockstepPut" | "lockstepPublish" | "lockstepRemove", Script>;
  return {
    put: (field, keys, values) => scripts.lockstepPut(keys.length, ...keys, field, ...values),
    publish: (field, key, mark) => scripts.lockstepPublish(1, key, field, mark),
    remove: (field, keys, mark) => scripts.lockstepRemove(keys.length, ...keys, field, mark ?? ""),
  };
}
