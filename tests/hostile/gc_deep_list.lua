-- stops: memory
local list
while true do list = { next = list } end
