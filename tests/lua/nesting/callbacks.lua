-- Library functions that call back call each other until the C stack is full. PUC `ldo.c`, `luaD_call`.
local depth, deepest
local function start() depth, deepest = 0, 0 end
local function enter() depth = depth + 1 deepest = math.max(deepest, depth) end
local function sort()
  enter()
  table.sort({ 3, 1, 2 }, function(a, b) sort() return a < b end)
end
start() print(pcall(sort)) print(deepest) --> false	C stack overflow --> 197
local function gsub() enter() return (("abc"):gsub(".", gsub)) end
start() print(pcall(gsub)) print(deepest) --> false	C stack overflow --> 197
local function by_table()
  enter()
  return (("abc"):gsub(".", setmetatable({}, { __index = by_table })))
end
start() print(pcall(by_table)) print(deepest) --> false	C stack overflow --> 197
local function foreach() enter() return table.foreach({ 1 }, foreach) end
start() print(pcall(foreach)) print(deepest) --> false	C stack overflow --> 197
local function foreachi() enter() return table.foreachi({ 1 }, foreachi) end
start() print(pcall(foreachi)) print(deepest) --> false	C stack overflow --> 197
local function show() enter() return tostring(setmetatable({}, { __tostring = show })) end
start() print(pcall(show)) print(deepest) --> false	C stack overflow --> 197
local function iterate() enter() for x in iterate do local y = x end end
start() print(pcall(iterate)) print(deepest) --> false	nesting/callbacks.lua:23: C stack overflow --> 197
local function every()
  enter()
  for x in ("a"):gmatch(".") do
    table.sort({ 2, 1 }, function(a, b)
      local _ = ("a"):gsub(".", function() pcall(every) end)
      return a < b
    end)
  end
end
start() print(pcall(every)) print(deepest) --> true --> 66
local old = print
local function printing() enter() print(setmetatable({}, { __tostring = function() printing() return "" end })) end
start() old(pcall(printing)) old(deepest) --> false	C stack overflow --> 99
