-- stops: fuel
local t = {}
for i = 1, 1000 do t[i] = i % 7 end
while true do pcall(table.sort, t, function(a, b) return (a + b) % 2 == 0 end) end
