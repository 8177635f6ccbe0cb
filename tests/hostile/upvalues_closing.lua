-- stops: fuel
while true do for i = 1, 100 do local x = i local f = function() return x end end end
