-- stops: fuel
local function make() getmetatable(newproxy(true)).__gc = function() make() local t = {} for i = 1, 100 do t[i] = {} end end end
make()
while true do collectgarbage() end
