-- stops: fuel
local t = {}
while true do local n = #t + #"abc" end
