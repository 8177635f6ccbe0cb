-- stops: memory
local t, n = {}, 0
while true do n = n + 1 t["key" .. n] = n end
