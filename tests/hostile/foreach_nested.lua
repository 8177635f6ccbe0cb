-- stops: error C stack overflow
local function nest() table.foreach({ 1 }, nest) end
nest()
