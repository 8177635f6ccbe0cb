-- stops: memory
local s = "a"
while true do s = s:gsub("", "ab") end
