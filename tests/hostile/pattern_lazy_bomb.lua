-- stops: fuel
local s = ("ab"):rep(2000)
s:find((".-"):rep(12) .. "x")
