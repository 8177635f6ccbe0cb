-- stops: memory
local t = {}
while true do table.insert(t, #t) end
