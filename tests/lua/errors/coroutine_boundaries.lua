-- Errors that cross coroutines keep their text.
local function thrower(v) return coroutine.wrap(function() error(v, 0) end) end
print(pcall(thrower("text"))) --> false	text
print(pcall(thrower(5))) --> false	5
print(pcall(thrower(nil))) --> false	nil
print(pcall(thrower(true))) --> false	true
local t = {}
print(select(2, pcall(thrower(t))) == t) --> true
print(pcall(coroutine.wrap(function() local a = coroutine.wrap(function() error("inner") end) a() end)))
print(coroutine.resume(coroutine.create(function() return coroutine.resume(coroutine.create(function() error("x") end)) end))) --> true	false	errors/coroutine_boundaries.lua:10: x
print(coroutine.resume(coroutine.create(function(...) error((select("#", ...))) end), 1, 2)) --> false	errors/coroutine_boundaries.lua:11: 2
