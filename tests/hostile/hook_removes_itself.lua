-- stops: fuel
-- needs: debug
while true do debug.sethook(function() debug.sethook() end, "l") local x = 1 end
