-- stops: fuel
local t = {}
for i = 1, 10000 do t[i] = "x" end
while true do pcall(table.concat, t, "sep", 1, 1e9) end
