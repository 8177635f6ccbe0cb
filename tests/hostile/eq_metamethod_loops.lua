-- stops: fuel
local mt = { __eq = function() while true do end end }
local x = setmetatable({}, mt) == setmetatable({}, mt)
