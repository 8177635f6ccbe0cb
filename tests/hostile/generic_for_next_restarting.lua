-- stops: fuel
local t = { 1, 2, 3 }
for _ in function() return (next(t)) end do end
