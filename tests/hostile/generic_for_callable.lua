-- stops: fuel
local it = setmetatable({}, { __call = function() return 1 end })
for _ in it do end
