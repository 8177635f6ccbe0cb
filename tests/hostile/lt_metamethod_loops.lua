-- stops: fuel
local mt = { __lt = function() while true do end end }
local x = setmetatable({}, mt) < setmetatable({}, mt)
