-- stops: fuel
local co = coroutine.wrap(function() while true do getmetatable(newproxy(true)).__gc = coroutine.yield pcall(collectgarbage) end end)
co()
while true do pcall(co) end
