-- stops: fuel
local s = ("a"):rep(100000)
while true do s:find("b", 1, true) end
