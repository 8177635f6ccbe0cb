-- stops: fuel
local t = {}
while true do table.remove(t) table.remove(t, 1) end
