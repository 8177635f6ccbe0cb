-- stops: fuel
local s = ("x"):rep(1000)
while true do s:gsub("x", "y") end
