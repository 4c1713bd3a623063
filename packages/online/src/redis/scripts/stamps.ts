// Lua's `<` on strings goes by the server's locale. Too short for a stamp is smaller than any.
export const GREATER = `
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

/** A state as it lies in Redis (see stored-state.ts) as one whose stamp `greater` compares. */
export const WHOLE = `
local function whole(state)
  local first = string.byte(state)
  if not first or first >= 128 then return state end
  return string.char(first) .. '\\128' .. string.sub(state, 2, 8) .. '\\0' .. string.sub(state, 9, 11)
end
`;

/** A state as it lies in Redis as it was written: `wholeState` in stored-state.ts. */
export const PLAIN = `
local function plain(state)
  local first = string.byte(state)
  if not first then return state end
  if first >= 128 then return string.char(first - 128) .. string.sub(state, 2) end
  if #state < 11 then return state end
  return string.char(first) .. '\\128' .. string.sub(state, 2, 8) .. '\\0' .. string.sub(state, 9)
end
`;

/**
 * A mark's bytes as mark.ts has them. `sound`: they are undamaged. `merged`, `lesser`: of two, as mergeMarks and lesserMark.
 * One that is damaged is the lesser of any, so that whoever reads it hears of it. Most buckets have the same marks, so what
 * is found of them is kept.
 */
export const MARKS = `
local function summed(text)
  local sum = -1
  for i = 1, #text do
    sum = bit.bxor(sum, string.byte(text, i))
    for _ = 1, 8 do sum = bit.bxor(bit.rshift(sum, 1), bit.band(-bit.band(sum, 1), 0xedb88320)) end
  end
  return text .. struct.pack('<i4', bit.bnot(sum))
end
local function once(compute)
  local known = {}
  return function(a, b)
    local name = b and #a .. ':' .. a .. b or a
    if known[name] == nil then known[name] = compute(a, b) end
    return known[name]
  end
end
local function former(mark) return string.byte(mark) == 1 and (#mark == 13 or #mark == 25) end
local sound = once(function(mark) return former(mark) or #mark > 4 and summed(string.sub(mark, 1, -5)) == mark end)
local function stamps(mark)
  local all = former(mark) and mark or string.sub(mark, 1, -5)
  return string.sub(all, 2, 13), string.sub(all, 14)
end
local function after(a, b) return greater(' ' .. a, ' ' .. b) end
local function joined(own, floor) return summed('\\2' .. own .. floor) end
local merged = once(function(a, b)
  local own, floor = stamps(a)
  local otherOwn, otherFloor = stamps(b)
  if after(otherOwn, own) then own = otherOwn end
  if after(otherFloor, floor) then floor = otherFloor end
  return joined(own, floor)
end)
local function lesser(a, b)
  if not a or not b then return false end
  if not sound(a) then return a end
  if not sound(b) then return b end
  local own, floor = stamps(a)
  local otherOwn, otherFloor = stamps(b)
  if after(own, otherOwn) then own = otherOwn end
  if after(floor, otherFloor) then floor = otherFloor end
  return joined(own, floor)
end
`;
