-- stops: memory
local t, i = {}, 1
while true do t[i * 1000003 % 9007199254740881] = i i = i + 1 end
