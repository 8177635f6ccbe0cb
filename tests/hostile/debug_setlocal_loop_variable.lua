-- stops: fuel
-- needs: debug
for i = 1, 2 do debug.setlocal(1, 1, 0) debug.setlocal(1, 4, 1) end
while true do debug.getlocal(1, 1) end
