-- stops: fuel
local t = setmetatable({}, { __mode = "v" })
local n = 0
while true do n = n % 1000 + 1 t[n] = {} end
