-- stops: fuel
getmetatable("").__index = function() while true do end end
local x = ("x").y
