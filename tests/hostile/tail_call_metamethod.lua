-- stops: fuel
local c = setmetatable({}, { __call = function(self) return self() end })
c()
