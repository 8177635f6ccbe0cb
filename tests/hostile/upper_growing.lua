-- stops: memory
local s = "abc"
while true do s = s:upper() .. s:lower() end
