-- stops: error stack overflow
local t = setmetatable({}, { __call = function(self) local x = self() return x end })
t()
