-- stops: memory
local kept = {}
local source = "local t " .. ("t = t "):rep(20000)
while true do kept[#kept + 1] = { loadstring(source), source .. #kept } end
