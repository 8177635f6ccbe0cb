-- stops: fuel
while true do local s = (""):rep(1e9) end
