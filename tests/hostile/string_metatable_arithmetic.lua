-- stops: fuel
getmetatable("").__add = function(a, b) while true do end end
local x = "a" + "b"
