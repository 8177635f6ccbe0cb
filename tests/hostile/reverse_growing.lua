-- stops: memory
local s = "abc"
while true do s = s:reverse() .. s end
