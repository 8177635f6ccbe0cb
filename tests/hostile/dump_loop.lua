-- stops: fuel
local function f(a, b) local t = { a, b } return function() return t end end
while true do local s = string.dump(f) end
