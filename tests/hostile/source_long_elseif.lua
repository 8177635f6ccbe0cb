-- stops: fuel
local source = "if x then " .. ("elseif x then "):rep(150) .. "end"
while true do loadstring(source) end
