-- stops: fuel
while true do for m in ("abc"):gmatch("") do end end
