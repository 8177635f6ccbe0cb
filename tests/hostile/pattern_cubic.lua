-- stops: fuel
local s = ("a"):rep(20000)
s:find(".*.*.*b")
