-- stops: fuel
local t = {}
for i = 1, 30000 do t[i] = 1 end
while true do table.sort(t, function(a, b) return false end) end
