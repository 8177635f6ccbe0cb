-- The comparisons of `table.sort`: which, in which order, and what they leave behind.
local seed = 12345
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return math.floor(seed / 65536) % n + 1
end

-- The log of comparisons as one number, and the table afterwards as another.
local hash
local function note(...)
  for i = 1, select("#", ...) do
    local text = tostring((select(i, ...)))
    for at = 1, #text do hash = (hash * 31 + text:byte(at)) % 4294967296 end
    hash = (hash * 31 + 44) % 4294967296
  end
end

local orders = {
  less = function(a, b) note(a, b) return a < b end,
  greater = function(a, b) note(a, b) return a > b end,
  random = function(a, b) note(a, b) return random(2) == 1 end,
  less_or_equal = function(a, b) note(a, b) return a <= b end,
  always = function(a, b) note(a, b) return true end,
  never = function(a, b) note(a, b) return false end,
}

for _, name in ipairs { "less", "greater", "random", "less_or_equal", "always", "never", "none" } do
  for size = 0, 200 do
    local list, range = {}, size % 3 == 0 and 5 or 1000
    for i = 1, size do list[i] = random(range) end
    hash = 0
    local ok, message = pcall(table.sort, list, orders[name])
    local log = hash
    hash = 0
    for i = 0, size + 1 do note(list[i]) end
    print(name, size, ok, message, log, hash)
  end
end

-- Numbers that are not, in every place.
for size = 0, 60 do
  local list = {}
  for i = 1, size do list[i] = random(4) == 1 and 0 / 0 or random(100) end
  hash = 0
  print("nan", size, pcall(table.sort, list))
  for i = 1, size do note((tostring(list[i]):gsub("%-", ""))) end
  print(hash)
end

-- Strings that share long beginnings.
local list = {}
for i = 1, 300 do list[i] = ("x"):rep(random(90)) .. random(100) .. "\0" .. random(9) end
table.sort(list)
hash = 0
for i = 1, 300 do note(list[i]) end
print("strings", hash)

-- `__lt`, sorts inside comparisons, values that do not compare.
local meta = { __lt = function(a, b) note(a.v, b.v) return a.v < b.v end }
list = {}
for i = 1, 60 do list[i] = setmetatable({ v = random(40) }, meta) end
hash = 0
table.sort(list)
print("__lt", hash)
list = {}
for i = 1, 30 do list[i] = { random(9), random(9), random(9) } end
table.sort(list, function(a, b)
  table.sort(a)
  table.sort(b, function(x, y) return x < y end)
  return table.concat(a) < table.concat(b)
end)
for i = 1, 30 do print(table.concat(list[i])) end
for _, values in ipairs {
  { 3, "x", 2 }, { 3, 2, 1, "x", 5, 6, 7 }, { "a", "c", "b", 1 }, { {}, {} }, { true, false },
  { setmetatable({ v = 1 }, meta), {} }, { 1, 2, 3, nil, 5 }, { 1, nil }, { print, print },
} do
  print(pcall(table.sort, values))
  hash = 0
  for i = 1, 7 do note(type(values[i]) == "number" and values[i] or type(values[i])) end
  print(hash)
end

-- A comparison that changes the table, raises, or yields.
list = { 5, 3, 8, 1, 9, 2 }
table.sort(list, function(a, b) list[7] = (list[7] or 0) + 1 return a < b end)
print(table.concat(list, " "))
print(pcall(table.sort, { 3, 1, 2 }, function() error("no") end))
print(pcall(table.sort, { 3, 1, 2 }, function() error(7) end))
print(pcall(coroutine.wrap(function() table.sort({ 3, 1, 2 }, coroutine.yield) end)))
print(pcall(coroutine.wrap(function() table.sort({ 3, 1, 2 }, function() coroutine.yield() end) end)))
local proxy = setmetatable({ 3, 1, 2 }, { __index = error, __newindex = error })
table.sort(proxy)
print(table.concat(proxy, " "))

-- Functions that only read, what they find, and what they run into.
local rank, key, names = {}, "x", {}
local function records(size)
  local list = {}
  for i = 1, size do
    list[i] = { x = random(9), y = random(9), name = "n" .. random(30), random(5) }
    names[i] = list[i].name
    rank[list[i].name] = random(1000)
  end
  return list
end
local function show(title, list, f)
  local ok, message = pcall(table.sort, list, f)
  hash = 0
  for i = 1, #list do
    local v = list[i]
    if type(v) == "table" then note(v.x, v.y, v.name, v[1]) else note(v) end
  end
  print(title, ok, message, hash)
end
for size = 0, 60, 3 do
  show("x", records(size), function(a, b) return a.x < b.x end)
  show("-x", records(size), function(a, b) return a.x > b.x end)
  show("name", records(size), function(a, b) return a.name < b.name end)
  show("name<=", records(size), function(a, b) return a.name <= b.name end)
  show("key", records(size), function(a, b) return a[key] < b[key] end)
  show("1", records(size), function(a, b) return a[1] < b[1] end)
  show("two", records(size), function(a, b) if a.x ~= b.x then return a.x < b.x end return a.y < b.y end)
  show("or", records(size), function(a, b) return a.x < b.x or (a.x == b.x and a.name > b.name) end)
  show("len", names, function(a, b) return #a < #b end)
  show("rank", names, function(a, b) return rank[a] < rank[b] end)
  show("global", records(size), function(a, b) return a.x < math.huge and a.y < b.y end)
  show("constant", records(size), function(a, b) return a.x < 5 and not (b.x < 5) end)
  show("nothing", records(size), function(a, b) end)
  show("one", records(size), function(a, b) return b end)
  show("always", records(size), function(a, b) return true end)
  show("not less", records(size), function(a, b) return not (a.x < b.x) end)
  show("missing", records(size), function(a, b) return a.z < b.z end)
  show("nil", { 1, 2, 3, 4, false }, function(a, b) return a.x < b.x end)
  show("strings", { "b", "a", "c" }, function(a, b) return a.x == b.x end)
  show("methods", { "bb", "a", "ccc", "dddd" }, function(a, b) return a:len() < b:len() end)
  local list = records(size)
  for i = 2, size, 2 do list[i] = setmetatable({ name = "m" }, { __index = function(_, k) return k == "x" and 4 or nil end }) end
  show("__index", list, function(a, b) return a.x < b.x end)
  list = {}
  for i = 1, size do list[i] = setmetatable({ v = random(40), x = i }, meta) end
  show("__lt", list, function(a, b) return a < b end)
  show("__lt swapped", list, function(a, b) return b < a end)
end
do
  local limit = 5
  local list = records(40)
  show("upvalue", list, function(a, b) return a.x < limit and b.x >= limit end)
  limit = 3
  show("upvalue", list, function(a, b) return a.x < limit and b.x >= limit end)
  local count = 0
  show("counted", list, function(a, b) count = count + 1 return a.x < b.x end)
  print(count)
  print(coroutine.wrap(function()
    show("in a coroutine", list, function(a, b) return a.y < b.y and limit end)
    local inner = 4
    show("in a coroutine", list, function(a, b) return a.y < inner and limit end)
    inner = inner + 1
    return inner
  end)())
end
local long = {}
for i = 1, 40 do long[i] = ("y"):rep(100) .. random(100) end
show("long", long, function(a, b) return a < b end)
print(select(2, pcall(table.sort, { {}, {} }, function(a, b) return a < b end)))
