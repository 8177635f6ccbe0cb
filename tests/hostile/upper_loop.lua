-- stops: fuel
local s = ("abc"):rep(10000)
while true do local u = s:upper() end
