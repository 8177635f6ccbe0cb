-- stops: fuel
local f = ("%99.99f"):rep(50)
local a = {}
for i = 1, 50 do a[i] = 1e300 end
while true do local s = f:format(unpack(a)) end
