-- Hundreds of arguments and results. Lua 5.1 manual §2.5.8.
local t = {}
for i = 1, 250 do t[i] = i end
local function f(...) return select("#", ...), (select(-1, ...)) end
print(f(unpack(t))) --> 250	250
local function g(...) return ... end
print(select("#", g(unpack(t))), select("#", g(g(unpack(t))))) --> 250	250
print(#{ unpack(t) }, #{ 0, unpack(t) }) --> 250	251
for i = 251, 5000 do t[i] = i end
print(f(unpack(t))) --> 5000	5000
print(select("#", unpack(t, 1, 4000)), (select(3999, unpack(t)))) --> 4000	3999
print(math.max(unpack(t)), #string.char(unpack(t, 1, 200))) --> 5000	200
print(pcall(unpack, {}, 1, 1e7)) --> false	too many results to unpack
print(pcall(unpack, {}, 1, 1e8)) --> false	too many results to unpack
local function sum(a, ...) if a == nil then return 0 end return a + sum(...) end
print(sum(unpack(t, 1, 100))) --> 5050
