-- stops: fuel
local a = ("x"):rep(100000) .. "a"
local b = ("x"):rep(100000) .. "b"
while true do local x = a < b end
