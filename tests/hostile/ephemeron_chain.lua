-- stops: memory
local w = setmetatable({}, { __mode = "k" })
local k = {}
local kept = { k }
while true do local nk = {} w[k] = nk kept[#kept + 1] = nk k = nk end
