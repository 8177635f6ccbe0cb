-- stops: fuel
local t = setmetatable({}, { __concat = function() while true do end end })
local s = "a" .. t
