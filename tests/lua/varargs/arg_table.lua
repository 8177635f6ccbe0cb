-- A vararg function that does not use `...` gets the table `arg`. Lua 5.1 `LUAI_COMPAT_VARARG`.
local function f(...) return arg.n, arg[1], arg[2], #arg end
print(f()) --> 0	nil	nil	0
print(f("a")) --> 1	a	nil	1
print(f("a", nil)) --> 2	a	nil	1
print(f(nil, "b")) --> 2	nil	b	2
local function g(...) local x = ... return type(arg), arg and arg.n end
print(g(1)) --> nil	nil
local function h(a, b, ...) arg[1] = arg[1] or "none" return arg.n, arg[1], a, b end
print(h(1, 2)) print(h(1, 2, 3, 4)) --> 0	none	1	2 --> 2	3	1	2
local function nested(...) local inner = function() return arg.n end return inner() end
print(nested(1, 2, 3)) --> 3
local function own(arg, ...) return arg end
print(type(own(5)), own(5) == arg) --> table	false
local function both(...) local n = select("#", ...) return n, arg == _G.arg end
print(both(1, 2)) --> 2	false
