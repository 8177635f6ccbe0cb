-- stops: error C stack overflow
local function nest() table.sort({ 2, 1 }, function(a, b) nest() return a < b end) end
nest()
