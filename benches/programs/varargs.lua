-- Variable arguments: `...`, `select`, `unpack`, tables from arguments, and results passed on.
local N = 600000

local function count(...) return select("#", ...) end
local function pass(...) return ... end
local function sum(...)
  local s = 0
  for i = 1, select("#", ...) do s = s + (select(i, ...)) end
  return s
end
local function collect(...)
  local t = { ... }
  return #t, t[1], t[#t]
end

local total = 0
local list = { 1, 2, 3, 4, 5, 6, 7, 8 }
for i = 1, N do
  total = total + count(pass(i, nil, i)) + sum(1, 2, i % 3)
  local n, first, last = collect(pass(unpack(list)))
  total = total + n + first + last
  total = total + select(-1, unpack(list, 2, 5)) + math.max(unpack(list))
end
print("varargs", total)
