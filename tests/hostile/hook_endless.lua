-- stops: fuel
-- needs: debug
debug.sethook(function() while true do end end, "l")
local x = 1
