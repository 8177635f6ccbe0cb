-- stops: fuel
local source = "return x" .. (" + x"):rep(2e4)
while true do loadstring(source) end
