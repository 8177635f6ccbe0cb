-- stops: fuel
local t = {}
for i = 1, 5000 do t[i] = i end
local function all(...) for i = 1, select("#", ...) do local v = select(i, ...) end end
while true do all(unpack(t)) end
