-- stops: fuel
local s = ("abc"):rep(10000)
while true do for i = 1, #s do local c = s:sub(i) end end
