-- stops: memory
local kept = {}
getmetatable(newproxy(true)).__gc = function() while true do kept[#kept + 1] = {} end end
collectgarbage()
while true do kept[#kept + 1] = {} end
