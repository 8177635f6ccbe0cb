-- stops: fuel
local s = ("a"):rep(500)
for a in s:gmatch("a") do for b in s:gmatch("a") do for c in s:gmatch("a") do end end end
