-- stops: fuel
local pcall = pcall
setfenv(0, {})
while true do pcall(loadstring or function() end) end
