/** A chain that nobody added to for a day is of a run that was cut off. */
export const FORSAKEN_SECONDS = 86_400;

/**
 * A generation's tally in a bucket, field `generation+`: how many states the bucket has, and for each run that writes
 * (see write-chain.ts) its links, how many states it put, and when: `count;chain,links,put,seconds;...`. The count may
 * be too great, and is never too small: where it is what a run has put, there is no state but that run's.
 */
export const TALLY = `
local function tally(bucket, field, chain)
  local text = redis.call('HGET', bucket, field .. '+') or '0'
  local links, put = string.match(text, ';' .. chain .. ',(%d+),(%d+),')
  return text, tonumber(string.match(text, '^%d+')), tonumber(links) or 0, tonumber(put) or 0
end
local function settle(bucket, field, text, count, chain, entry, seconds)
  local kept = { string.format('%d', math.max(count, 0)) }
  for id, links, put, at in string.gmatch(text, ';(%w+),(%d+),(%d+),(%d+)') do
    if id ~= chain and tonumber(at) >= seconds - ${FORSAKEN_SECONDS} then
      kept[#kept + 1] = table.concat({ id, links, put, at }, ',')
    end
  end
  kept[#kept + 1] = entry
  local settled = table.concat(kept, ';')
  if settled == text then return end
  if settled == '0' then redis.call('HDEL', bucket, field .. '+') else redis.call('HSET', bucket, field .. '+', settled) end
end
local function lower(bucket, field, by)
  local text, count = tally(bucket, field, '')
  settle(bucket, field, text, count - by, '', nil, 0)
end
`;
