-- stops: fuel
for i = 1e16, 1e16 + 10, 0.5 do end
