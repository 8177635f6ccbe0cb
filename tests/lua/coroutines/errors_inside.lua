-- Errors inside coroutines have positions and leave them dead. Lua 5.1 manual §2.11.
local co = coroutine.create(function() local function f() error("deep one") end f() end)
print(coroutine.resume(co)) --> false	coroutines/errors_inside.lua:2: deep one
print(coroutine.status(co), coroutine.resume(co)) --> dead	false	cannot resume dead coroutine
print((debug.traceback(co):gsub("%[C%]: %?", "C")))
print(coroutine.resume(coroutine.create(function() error("a", 1) end))) --> false	coroutines/errors_inside.lua:6: a
print(coroutine.resume(coroutine.create(function() error("a", 2) end))) --> false	a
print(coroutine.resume(coroutine.create(function() error("a", 3) end))) --> false	a
print(coroutine.resume(coroutine.create(function() assert(false, "as") end))) --> false	coroutines/errors_inside.lua:9: as
print(coroutine.resume(coroutine.create(function() string.rep() end))) --> false	coroutines/errors_inside.lua:10: bad argument #1 to 'rep' (string expected, got no value)
print(coroutine.resume(coroutine.create(function() local a = {} < {} end))) --> false	coroutines/errors_inside.lua:11: attempt to compare two table values
local c2 = coroutine.create(function() local ok, e = pcall(error, "caught") coroutine.yield(ok, e) return pcall(function() local x = 1 + nil end) end)
print(coroutine.resume(c2)) --> true	false	caught
print(coroutine.resume(c2)) --> true	false	coroutines/errors_inside.lua:12: attempt to perform arithmetic on a nil value
print(coroutine.resume(c2)) --> false	cannot resume dead coroutine
