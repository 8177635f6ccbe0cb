-- stops: fuel
local f = function(x) return x end
while true do f = loadstring(string.dump(f)) or f end
