-- stops: error C stack overflow
local t = setmetatable({}, { __unm = function(a) return -a end })
local x = -t
