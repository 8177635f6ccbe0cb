-- `wrap` hands errors on, with a position. Lua 5.1 manual §5.2; PUC `lbaselib.c`, `auxwrap`.
local w = coroutine.wrap(function(...) local a = ... while a do a = coroutine.yield(a * 2) end return "done" end)
print(w(1), w(2), w(3)) --> 2	4	6
print(w(nil)) --> done
print(pcall(w)) --> false	cannot resume dead coroutine
print(pcall(w, 5)) --> false	cannot resume dead coroutine
local e = coroutine.wrap(function() error("inside") end)
print(pcall(e)) --> false	coroutines/wrap.lua:7: inside
print(pcall(e)) --> false	cannot resume dead coroutine
local e2 = coroutine.wrap(function() error({ 1 }) end)
print(type(select(2, pcall(e2)))) --> table
local e3 = coroutine.wrap(function() error("level two", 2) end)
print(pcall(function() e3() end)) --> false	coroutines/wrap.lua:13: level two
local e4 = coroutine.wrap(function() local x = nil; x() end)
print(pcall(function() return e4() end)) --> false	coroutines/wrap.lua:15: coroutines/wrap.lua:14: attempt to call local 'x' (a nil value)
print(pcall(function() e4() end)) --> false	coroutines/wrap.lua:16: cannot resume dead coroutine
local e5 = coroutine.wrap(function() error("zero", 0) end)
print(pcall(function() local r = e5() end)) --> false	coroutines/wrap.lua:18: zero
print(type(w), pcall(coroutine.wrap)) --> function	false	bad argument #1 to '?' (Lua function expected)
print(pcall(coroutine.wrap, 5)) --> false	bad argument #1 to '?' (Lua function expected)
print(pcall(coroutine.wrap, type)) --> false	bad argument #1 to '?' (Lua function expected)
print(pcall(coroutine.create, "x")) --> false	bad argument #1 to '?' (Lua function expected)
