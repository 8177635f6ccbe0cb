-- stops: fuel
while true do local list for i = 1, 50000 do list = { list } end collectgarbage() end
