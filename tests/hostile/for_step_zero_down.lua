-- stops: fuel
for i = 5, 1, 0 do end
