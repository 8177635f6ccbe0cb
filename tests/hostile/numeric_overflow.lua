-- stops: fuel
local x = 1
while x > 0 do x = x * 2 end
