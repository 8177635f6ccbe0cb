-- stops: fuel
while true do local x = 1 local f = function() x = x + 1 return x end end
