-- stops: fuel
collectgarbage("setpause", 1e6)
collectgarbage("setstepmul", 1)
local n = 0
while true do n = n + 1 collectgarbage("count") if n % 1000 == 0 then collectgarbage() end local t = {} end
