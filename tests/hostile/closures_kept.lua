-- stops: memory
local f
while true do local g, x = f, 1 f = function() x = x + 1 return g, x end end
