-- stops: fuel
local s = ("a"):rep(5000)
s:find("(a*)(a*)%1%2b")
