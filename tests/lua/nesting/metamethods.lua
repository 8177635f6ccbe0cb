-- Metamethods that call themselves, one of each event. PUC `lvm.c`, `callTMres`.
local depth
local function try(name, event, operate)
  local mt = {}
  local function make() return setmetatable({}, mt) end
  local a, b = make(), make()
  mt[event] = function(x, y) depth = depth + 1 return operate(x, y) end
  depth = 0
  print(name, depth, pcall(operate, a, b))
  print(name, depth)
end
try("add", "__add", function(a, b) return a + b end) --> add	0	false	nesting/metamethods.lua:12: C stack overflow --> add	196
try("sub", "__sub", function(a, b) return a - b end) --> sub	0	false	nesting/metamethods.lua:13: C stack overflow --> sub	196
try("mul", "__mul", function(a, b) return a * b end) --> mul	0	false	nesting/metamethods.lua:14: C stack overflow --> mul	196
try("div", "__div", function(a, b) return a / b end) --> div	0	false	nesting/metamethods.lua:15: C stack overflow --> div	196
try("mod", "__mod", function(a, b) return a % b end) --> mod	0	false	nesting/metamethods.lua:16: C stack overflow --> mod	196
try("pow", "__pow", function(a, b) return a ^ b end) --> pow	0	false	nesting/metamethods.lua:17: C stack overflow --> pow	196
try("unm", "__unm", function(a) return -a end) --> unm	0	false	nesting/metamethods.lua:18: C stack overflow --> unm	196
try("concat", "__concat", function(a, b) return a .. b end) --> concat	0	false	nesting/metamethods.lua:19: C stack overflow --> concat	196
try("eq", "__eq", function(a, b) return a == b end) --> eq	0	false	nesting/metamethods.lua:20: C stack overflow --> eq	196
try("lt", "__lt", function(a, b) return a < b end) --> lt	0	false	nesting/metamethods.lua:21: C stack overflow --> lt	196
try("le", "__le", function(a, b) return a <= b end) --> le	0	false	nesting/metamethods.lua:22: C stack overflow --> le	196
try("le by lt", "__lt", function(a, b) return a <= b end) --> le by lt	0	false	nesting/metamethods.lua:23: C stack overflow --> le by lt	196
try("call", "__call", function(a, b) return (a(b)) end) --> call	0	false	nesting/metamethods.lua:7: stack overflow --> call	16378
try("index", "__index", function(a, b) return a[b] end) --> index	0	false	nesting/metamethods.lua:25: C stack overflow --> index	196
try("newindex", "__newindex", function(a, b) a[b] = 1 end) --> newindex	0	false	nesting/metamethods.lua:26: C stack overflow --> newindex	196
try("tostring", "__tostring", function(a) return (tostring(a)) end) --> tostring	0	false	C stack overflow --> tostring	196
local p = newproxy(true)
getmetatable(p).__len = function(x) depth = depth + 1 return #x end
depth = 0
print(pcall(function() return #p end)) --> false	nesting/metamethods.lua:29: C stack overflow
print(depth) --> 196
-- One event leads to the next.
local mt = {}
local x = setmetatable({}, mt)
mt.__add = function(a, b) return a .. b end
mt.__concat = function(a, b) return a < b end
mt.__lt = function(a, b) return a == setmetatable({}, mt) end
mt.__eq = function(a, b) return a[b] end
mt.__index = function(a, k) depth = depth + 1 return a(k) end
mt.__call = function(a, k) return a + a end
depth = 0
print((pcall(function() return x + x end))) --> false
print(depth) --> 39
-- A value whose `__call` can be called only in turn.
local f = setmetatable({}, { __call = setmetatable({}, { __call = print }) })
print(pcall(f, 1)) --> false	attempt to call a table value
