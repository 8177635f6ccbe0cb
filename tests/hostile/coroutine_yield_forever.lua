-- stops: fuel
local w = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do w() end
