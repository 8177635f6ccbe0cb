-- stops: fuel
local nan = 0 / 0
while nan ~= nan do end
