-- stops: fuel
local t = setmetatable({}, { __add = function(a) return a end, __index = function(t) return t end })
while true do t = t + 1 t = t.x end
