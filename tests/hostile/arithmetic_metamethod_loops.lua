-- stops: fuel
local t = setmetatable({}, { __add = function(a, b) while true do end end })
local x = t + 1
