-- stops: fuel
while true do getmetatable(newproxy(true)).__gc = function() error("x") end pcall(collectgarbage) end
