-- stops: fuel
local function make() getmetatable(newproxy(true)).__gc = function() collectgarbage() make() end end
make()
while true do collectgarbage() end
