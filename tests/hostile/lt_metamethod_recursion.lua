-- stops: error C stack overflow
local mt = {}
mt.__lt = function(x, y) return x < y end
local x = setmetatable({}, mt) < setmetatable({}, mt)
