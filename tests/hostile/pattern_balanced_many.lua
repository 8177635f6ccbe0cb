-- stops: fuel
local s = ("("):rep(50000)
s:gsub("%b()", "")
while true do s:find("%b()") end
