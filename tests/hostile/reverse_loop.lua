-- stops: fuel
local s = ("abc"):rep(10000)
while true do s = s:reverse() end
