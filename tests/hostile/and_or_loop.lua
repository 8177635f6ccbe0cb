-- stops: fuel
local a, b = true, false
while a or b do a = a and not b b = b and a end
