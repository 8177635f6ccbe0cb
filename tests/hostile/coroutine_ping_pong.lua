-- stops: fuel
local a = coroutine.create(function() while true do coroutine.yield("a") end end)
local b = coroutine.create(function() while true do coroutine.resume(a) coroutine.yield("b") end end)
while true do coroutine.resume(b) end
