-- stops: fuel
local saved
local p = newproxy(true)
getmetatable(p).__gc = function(self) saved = self end
p = nil
while true do collectgarbage() saved = nil end
