-- stops: fuel
local t = { 1, 2, 3 }
while true do table.insert(t, 1e8, "far") t[1e8] = nil end
