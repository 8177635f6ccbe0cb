-- stops: fuel
while true do pcall(error, {}) end
