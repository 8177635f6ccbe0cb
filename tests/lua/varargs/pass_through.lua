-- Varargs through pcall, coroutines, methods and tail calls. Lua 5.1 manual §2.5.
local function va(...) return select("#", ...), ... end
print(pcall(va, nil, nil)) --> true	2	nil	nil
print(coroutine.wrap(va)(1, nil)) --> 2	1	nil
local o = { m = function(self, ...) return va(...) end }
print(o:m(nil, 2, nil)) --> 3	nil	2	nil
local function tail(...) return va("t", ...) end
print(tail(nil)) --> 2	t	nil
print(pcall(pcall, va, 1)) --> true	true	1	1
print(pcall(pcall)) --> false	bad argument #1 to '?' (value expected)
print(pcall(pcall, error)) --> true	false	nil
local mt = setmetatable({}, { __call = function(self, ...) return va(...) end })
print(mt()) print(mt(nil, nil)) --> 0 --> 2	nil	nil
print(string.format("%s %s", va("x"))) --> 1 x
local function rot(a, ...) if select("#", ...) == 0 then return a end local function app(b, ...) return b, ... end return rot(...), a end
print(rot(1, 2, 3)) --> 3	1
