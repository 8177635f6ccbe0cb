-- Runaway recursion is an ordinary error. PUC `ldo.c`, `luaD_growstack`.
local function f(n) return 1 + f(n + 1) end
local ok, message = pcall(f, 1)
print(ok, (message:gsub("\n.*", ""))) --> false	calls/deep_recursion.lua:2: stack overflow
local depth = 0
local function g() depth = depth + 1 g() end
print((select(2, pcall(g)):gsub("%(.*", ""))) --> calls/deep_recursion.lua:6: stack overflow
print(depth > 10000, depth < 200001) --> true	true
local t = {}
t.f = function(self) local x = self:f() return x end
print(pcall(t.f, t) == false) --> true
print(pcall(string.rep, "x", 3)) --> true	xxx
local function ok_depth(n) if n == 0 then return 0 end return 1 + ok_depth(n - 1) end
print(ok_depth(10000)) --> 10000
