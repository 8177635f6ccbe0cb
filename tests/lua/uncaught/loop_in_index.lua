-- A loop in `__index`.
local t = {}
setmetatable(t, t)
t.__index = t
print(t.field) --! loop in gettable
