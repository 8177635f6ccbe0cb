-- stops: fuel
local mt = {}
mt.__lt = function() return true end
local t = setmetatable({}, mt)
while t < t do end
