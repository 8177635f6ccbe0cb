-- stops: fuel
local function naturals() local n = 0 return function() n = n + 1 return n end end
for n in naturals() do end
