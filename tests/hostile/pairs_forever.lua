-- stops: fuel
local t = { 1, 2, 3, a = 1 }
while true do for k, v in pairs(t) do end end
