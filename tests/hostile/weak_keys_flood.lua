-- stops: fuel
while true do local t = setmetatable({}, { __mode = "k" }) for i = 1, 100 do t[{}] = { t } end end
