-- The traceback of another coroutine, in each state. Lua 5.1 manual §5.9.
local function inner() coroutine.yield() error("late") end
local co = coroutine.create(function() local x = inner() return x end)
print((debug.traceback(co))) --> stack traceback:
coroutine.resume(co)
print((debug.traceback(co)))
print((debug.traceback(co, "message")))
print((debug.traceback(co, nil))) --> nil
print((debug.traceback(co, "m", 1)))
print((debug.traceback(co, "m", 5))) --> m --> stack traceback:
coroutine.resume(co)
print((debug.traceback(co, "dead by error")))
local done = coroutine.create(function() end)
coroutine.resume(done)
print((debug.traceback(done))) --> stack traceback:
coroutine.wrap(function() print((debug.traceback("inside"))) end)() --> inside --> stack traceback: --> 	coroutines/traceback.lua:16: in function <coroutines/traceback.lua:16>
