-- `getupvalue` and `setupvalue`. Lua 5.1 manual §5.9.
local a, b = 1, "two"
local function f() return a, b end
print(debug.getupvalue(f, 1)) --> a	1
print(debug.getupvalue(f, 2)) --> b	two
print(debug.getupvalue(f, 3)) -->
print(debug.getupvalue(f, 0)) -->
print(debug.setupvalue(f, 1, "new")) --> a
print(debug.setupvalue(f, 3, 1)) -->
print(f()) --> new	two
print(a) --> new
print(debug.getupvalue(type, 1)) -->
print(debug.getupvalue(string.gmatch("x", "x"), 1)) -->
print(pcall(debug.getupvalue, 5, 1)) --> false	bad argument #1 to '?' (function expected, got number)
print(pcall(debug.getupvalue, f)) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(debug.setupvalue, f, 1)) --> false	bad argument #3 to '?' (value expected)
print(pcall(debug.setupvalue, {}, 1, 1)) --> false	bad argument #1 to '?' (function expected, got table)
local function g() return function() return f, b end end
print(debug.getupvalue(g, 1) ~= nil, debug.getupvalue(g(), 2)) --> true	b	two
local h = loadstring(string.dump(function() return a end))
print(debug.getupvalue(h, 1)) --> a	nil
debug.setupvalue(h, 1, "given")
print(h()) --> given
