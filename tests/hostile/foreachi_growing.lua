-- stops: fuel
local t = { 1 }
while true do table.foreachi(t, function(i) t[i % 10 + 1] = i end) end
