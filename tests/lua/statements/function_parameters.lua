-- Missing parameters are nil, extra arguments dropped. Lua 5.1 manual §2.5.9.
local function f(a, b) return a, b end
print(f()) --> nil	nil
print(f(1)) --> 1	nil
print(f(1, 2, 3)) --> 1	2
print(f(f(4, 5), 6)) --> 4	6
print(f(7, f(8, 9))) --> 7	8
print((f(1, 2))) --> 1
local function g(a, a) return a end
print(g(1, 2)) --> 2
local function h(a) a = a or "default"; return a end
print(h(), h(false), h(0)) --> default	default	0
