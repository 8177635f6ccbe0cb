-- stops: fuel
while true do coroutine.create(function() end) end
