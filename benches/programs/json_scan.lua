-- Scanning text byte by byte: a JSON reader and writer with `string.byte`, `string.sub` and `string.find`.
local ROUNDS = 500
local byte, sub, find, char = string.byte, string.sub, string.find, string.char

local value
local text, at

local function blank()
  while true do
    local c = byte(text, at)
    if c == 32 or c == 10 or c == 9 or c == 13 then at = at + 1 else return c end
  end
end

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local function quoted()
  local from, pieces = at + 1, nil
  at = from
  while true do
    local c = byte(text, at)
    if c == 34 then
      local tail = sub(text, from, at - 1)
      at = at + 1
      if pieces then pieces[#pieces + 1] = tail return table.concat(pieces) end
      return tail
    elseif c == 92 then
      pieces = pieces or {}
      pieces[#pieces + 1] = sub(text, from, at - 1)
      local escape = sub(text, at + 1, at + 1)
      if escape == "u" then
        pieces[#pieces + 1] = char(tonumber(sub(text, at + 2, at + 5), 16) % 256)
        at = at + 6
      else
        pieces[#pieces + 1] = escapes[escape] or escape
        at = at + 2
      end
      from = at
    else
      at = at + 1
    end
  end
end

local function object()
  local t = {}
  at = at + 1
  if blank() == 125 then at = at + 1 return t end
  while true do
    blank()
    local key = quoted()
    blank()
    at = at + 1
    t[key] = value()
    local c = blank()
    at = at + 1
    if c == 125 then return t end
  end
end

local function array()
  local t, n = {}, 0
  at = at + 1
  if blank() == 93 then at = at + 1 return t end
  while true do
    n = n + 1
    t[n] = value()
    local c = blank()
    at = at + 1
    if c == 93 then return t end
  end
end

function value()
  local c = blank()
  if c == 123 then return object() end
  if c == 91 then return array() end
  if c == 34 then return quoted() end
  if c == 116 then at = at + 4 return true end
  if c == 102 then at = at + 5 return false end
  if c == 110 then at = at + 4 return nil end
  local from, to = find(text, "^-?%d+%.?%d*[eE]?[-+]?%d*", at)
  at = to + 1
  return tonumber(sub(text, from, to))
end

local items = {}
for i = 1, 60 do
  items[i] = ('{"id": %d, "name": "item \\"%d\\"", "price": %.2f, "tags": ["new", "a\\u0062c", "%s"], "stock": {"left": %d, "sold": %s}}')
    :format(i, i, i * 1.25, ("x"):rep(i % 9), i * 7 % 13, i % 2 == 0 and "true" or "false")
end
local document = '{"items": [' .. table.concat(items, ",\n  ") .. '], "total": 60}'

local sum = 0
for _ = 1, ROUNDS do
  text, at = document, 1
  local data = value()
  for _, item in ipairs(data.items) do
    sum = sum + item.id + item.price + #item.name + #item.tags[2] + item.stock.left + (item.stock.sold and 1 or 0)
  end
end
print("json_scan", #document, ("%.2f"):format(sum))
