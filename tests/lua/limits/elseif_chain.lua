-- `elseif` chains are not nested. Lua 5.1 manual §2.4.4.
local t = { "local x = ... if x == 0 then return 'zero'" }
for i = 1, 180 do t[#t + 1] = "elseif x == " .. i .. " then return 'r' .. " .. i end
t[#t + 1] = "else return 'other' end"
local f = assert(loadstring(table.concat(t, "\n")))
print(f(0), f(1), f(90), f(180), f(181)) --> zero	r1	r90	r180	other
