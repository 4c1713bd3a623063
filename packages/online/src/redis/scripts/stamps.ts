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

/** Of two marks that differ, as mergeMarks and lesserMark in mark.ts have it. */
export const MARKS = `
local function merged(a, b)
  local stamp, floor, other = string.sub(a, 1, 13), string.sub(a, 14), string.sub(b, 14)
  if greater(b, a) then stamp = string.sub(b, 1, 13) end
  if floor == '' or greater(' ' .. other, ' ' .. floor) then floor = other end
  return stamp .. floor
end
local function lesser(a, b)
  if not a or not b then return false end
  local stamp, floor, other = string.sub(a, 1, 13), string.sub(a, 14), string.sub(b, 14)
  if greater(a, b) then stamp = string.sub(b, 1, 13) end
  if floor == '' or other == '' then return stamp end
  if greater(' ' .. floor, ' ' .. other) then floor = other end
  return stamp .. floor
end
`;
