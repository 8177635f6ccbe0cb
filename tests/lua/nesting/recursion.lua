-- Recursion without end is a "stack overflow". PUC `ldo.c`, `luaD_growCI`.
local depth
local function down() depth = depth + 1 return 1 + down() end
depth = 0
print(pcall(down)) --> false	nesting/recursion.lua:3: stack overflow
print(depth) --> 16380
depth = 0
print(pcall(down)) --> false	nesting/recursion.lua:3: stack overflow
print(depth) --> 19996
local function a() depth = depth + 1 local x = b() return x end
function b() local x = a() return x end
depth = 0
print(pcall(a)) --> false	nesting/recursion.lua:11: stack overflow
print(depth) --> 9998
-- A tail call needs no room.
local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
print(loop(100000)) --> done
-- As methods, with varargs, through values that can be called.
local o = {}
function o:m(...) return 1 + select("#", self:m(...)) end
print(pcall(o.m, o, 1, 2, 3)) --> false	nesting/recursion.lua:20: stack overflow
local c = setmetatable({}, { __call = function(self, n) depth = n return 1 + self(n + 1) end })
print(pcall(c, 1)) --> false	nesting/recursion.lua:22: stack overflow
print(depth) --> 19996
