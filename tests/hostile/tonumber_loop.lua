-- stops: fuel
while true do local n = tonumber("0x1234") + tonumber("12.5e3") + tonumber("zz", 36) end
