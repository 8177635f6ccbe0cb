-- stops: fuel
-- needs: debug
while true do debug.getinfo(1) end
