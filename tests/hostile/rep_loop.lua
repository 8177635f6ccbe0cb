-- stops: fuel
while true do local s = ("xyz"):rep(10000) end
