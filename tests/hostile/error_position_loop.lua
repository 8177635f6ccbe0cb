-- stops: fuel
local function f() error("level", 2) end
while true do pcall(function() f() end) end
