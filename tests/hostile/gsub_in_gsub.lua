-- stops: error C stack overflow
local function nest() return (("x"):gsub("x", nest)) end
nest()
