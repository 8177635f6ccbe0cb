-- stops: fuel
local t = {}
t.__index = t
setmetatable(t, t)
while true do pcall(function() return t.missing end) end
