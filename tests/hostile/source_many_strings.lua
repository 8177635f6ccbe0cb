-- stops: fuel
local t = {}
for i = 1, 2000 do t[i] = "'text " .. i .. "'" end
local source = "return {" .. table.concat(t, ",") .. "}"
while true do loadstring(source)() end
