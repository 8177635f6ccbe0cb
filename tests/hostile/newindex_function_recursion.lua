-- stops: error C stack overflow
local t = setmetatable({}, { __newindex = function(t, k, v) t[k .. "x"] = v end })
t.a = 1
