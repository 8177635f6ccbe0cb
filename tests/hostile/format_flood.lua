-- stops: fuel
while true do local s = string.format("%99.99f", 1 / 3) end
