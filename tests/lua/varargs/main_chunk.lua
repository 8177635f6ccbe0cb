-- The main chunk is a vararg function: `...` and the global `arg`. Lua 5.1 manual §6.
print(select("#", ...), ...) --> 0
print(type(arg), arg[0] ~= nil, #arg, arg[1]) --> table	true	0	nil
local f = loadstring("return select('#', ...), ...")
print(f()) print(f(1, 2)) --> 0 --> 2	1	2
print(loadstring("local a, b = ... return b, a")(1, 2)) --> 2	1
print(pcall(loadstring("return arg == nil or arg.n"), 1, 2)) --> true	nil
print(loadstring("function outer() return ... end")) --> nil	[string "function outer() return ... end"]:1: cannot use '...' outside a vararg function near '...'
print(loadstring("function outer(...) return function() return ... end end"))
