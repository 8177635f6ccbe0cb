-- stops: fuel
while true do pcall(assert, false, "no") end
