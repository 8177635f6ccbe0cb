-- stops: fuel
local t = { 3, 1, 2 }
table.sort(t, function(a, b) while true do t[#t % 100 + 1] = 1 end end)
