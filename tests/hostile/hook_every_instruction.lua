-- stops: fuel
-- needs: debug
debug.sethook(function() end, "", 1)
while true do end
