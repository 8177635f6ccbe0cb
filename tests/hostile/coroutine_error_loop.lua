-- stops: fuel
while true do coroutine.resume(coroutine.create(function() error("x") end)) end
