-- stops: fuel
getmetatable(newproxy(true)).__gc = function() while true do end end
collectgarbage()
collectgarbage()
while true do end
