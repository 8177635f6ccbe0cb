-- `...` in its places: lists, adjusted, in parentheses. Lua 5.1 manual §2.5.
local function f(...) return ... end
print(f()) print(f(1)) print(f(1, nil, 3)) --> --> 1 --> 1	nil	3
print((f(1, 2)), f(1, 2), f(3)) --> 1	1	3
local function count(...) return select("#", ...) end
print(count(), count(nil), count(nil, nil), count(1, nil)) --> 0	1	2	2
local function g(a, ...) local b, c = ... return a, b, c, count(...) end
print(g()) print(g(1)) print(g(1, 2, 3, 4)) --> nil	nil	nil	0 --> 1	nil	nil	0 --> 1	2	3	3
local function t(...) local x = { ... } return #x, x[1] end
print(t()) --> 0	nil
print(t(5, 6)) --> 2	5
print(({ f(1, 2, 3), f(4, 5) })[3]) --> 5
local function h(...) local a = ... return a end
print(h(1, 2), h()) --> 1	nil
print(count(..., 1)) --> 2
