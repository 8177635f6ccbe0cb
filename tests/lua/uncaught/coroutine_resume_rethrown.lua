-- The message of a failed `resume`, raised again. Lua 5.1 manual §2.11.
local co = coroutine.create(function() local t = nil; t.x = 1 end) --! attempt to index local 't' (a nil value)
local ok, message = coroutine.resume(co)
print(ok, message) --> false	uncaught/coroutine_resume_rethrown.lua:2: attempt to index local 't' (a nil value)
error(message, 0)
