-- stops: fuel
local x = 0.5
while true do x = math.sin(x) + math.fmod(x, 3) + math.floor(x) + 1 end
