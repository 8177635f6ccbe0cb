-- stops: fuel
local s = ("9"):rep(100000)
while true do local n = tonumber(s) end
