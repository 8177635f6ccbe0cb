-- stops: fuel
local mt = { __lt = function() repeat until false end }
local x = setmetatable({}, mt) <= setmetatable({}, mt)
