-- stops: fuel
setmetatable(_G, { __index = function(_, k) while true do end end })
local x = undefined_name
