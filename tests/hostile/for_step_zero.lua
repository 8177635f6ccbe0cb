-- stops: fuel
for i = 1, 1, 0 do end
