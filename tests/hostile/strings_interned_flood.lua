-- stops: memory
local kept, n = {}, 0
while true do n = n + 1 kept[n] = "string number " .. n end
