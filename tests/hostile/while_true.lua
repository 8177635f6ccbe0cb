-- stops: fuel
while true do end
