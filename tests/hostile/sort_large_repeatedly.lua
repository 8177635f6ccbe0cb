-- stops: fuel
local t = {}
for i = 1, 20000 do t[i] = (i * 7919) % 10007 end
while true do table.sort(t) table.sort(t, function(a, b) return a > b end) end
