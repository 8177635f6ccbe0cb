-- stops: fuel
while math.random() >= 0 do end
