-- stops: fuel
while true do local t = { 1 } for i, v in ipairs(t) do if i < 1000 then t[i + 1] = i end end end
