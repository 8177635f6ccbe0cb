-- stops: fuel
while true do local f for i = 1, 20000 do local g = f f = function() return g end end collectgarbage() end
