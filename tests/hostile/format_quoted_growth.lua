-- stops: memory
local s = '"\\'
while true do s = string.format("%q%q", s, s) end
