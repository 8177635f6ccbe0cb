-- stops: memory
local t = {}
for i = 1, 1e7 do t[i] = "x = " .. i .. ".5 " end
assert(loadstring(table.concat(t)))
