-- stops: memory
local t = {}
local s = ("x"):rep(10000)
for i = 1, 100 do t[i] = s end
while true do s = table.concat(t, s) for i = 1, 100 do t[i] = s end end
