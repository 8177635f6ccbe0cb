-- stops: error has more than 200 local variables
local t = {}
for i = 1, 1e4 do t[i] = "local v" .. i end
assert(loadstring(table.concat(t, " ")))
