-- stops: fuel
while true do collectgarbage("step") end
