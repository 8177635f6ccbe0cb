-- stops: fuel
local s, p = ("a"):rep(50000), ("a"):rep(20000) .. "b"
while true do s:find(p, 1, true) end
