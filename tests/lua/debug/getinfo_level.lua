-- `getinfo` of running functions: names, lines, kinds. Lua 5.1 manual §5.9.
local function info(level)
  local i = debug.getinfo(level + 1, "nSl")
  return i and table.concat({ tostring(i.name), i.namewhat, i.what, i.currentline, i.linedefined }, " ")
end
local function localfn() local r = info(1) return r end
print(localfn()) --> localfn local Lua 6 6
function globalfn() local r = info(1) return r end
print(globalfn()) --> globalfn global Lua 8 8
local t = { field = function() local r = info(1) return r end }
print(t.field()) --> field field Lua 10 10
function t:method() local r = info(1) return r end
print(t:method()) --> method method Lua 12 12
print((function() local r = info(1) return r end)()) --> nil  Lua 14 14
print(info(1)) --> nil  main 15 0
print(info(2)) --> nil  C -1 -1
print(info(3)) --> nil
print(debug.getinfo(0, "n").name, debug.getinfo(0, "S").what) --> getinfo	C
local function tail() return info(1) end
print(tail()) -->   tail -1 -1
print((pcall(function() print(info(1), info(2)) end))) --> nil  Lua 21 21	pcall global C -1 -1 --> true
local up = localfn
print((function() local r = up() return r end)()) --> up upvalue Lua 6 6
local mt = setmetatable({}, { __index = function() local r = info(1) return r end, __add = function() local r = info(1) return r end })
print(mt.x) --> nil  Lua 24 24
print(mt + 1) --> nil  Lua 24 24
for r in function(_, c) if not c then local r = info(1) return r end end do print(r) end --> (for generator) local Lua 27 27
print(coroutine.wrap(function() local r = info(1) return r end)()) --> nil  Lua 28 28
table.sort({ 1, 2 }, function(a, b) print(info(1)) return a < b end) --> nil  Lua 29 29
