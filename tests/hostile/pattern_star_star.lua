-- stops: fuel
local s = ("a"):rep(200)
s:find(("a*"):rep(20) .. "b")
