-- stops: fuel
local s = 0
for i = 1, 1e15 do s = s + i end
