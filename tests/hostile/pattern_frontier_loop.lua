-- stops: fuel
local s = (" a"):rep(5000)
while true do s:gsub("%f[%w]%w+%f[%W]", "b") end
