-- stops: fuel
local s = ("x"):rep(1000)
local n = 0
while true do n = (n + 1) % 1000 local u = s .. n end
