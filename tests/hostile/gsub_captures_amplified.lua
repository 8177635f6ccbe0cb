-- stops: memory
local s = ("x"):rep(100)
while true do s = s:gsub("^(.*)$", "%1%1%1%1%1%1%1%1%1%1") end
