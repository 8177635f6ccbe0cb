-- An error after others were caught. Lua 5.1 manual §5.1, `pcall`.
local function risky(n) if n > 1 then error("n is " .. n) end return n end --! n is 3
print(pcall(risky, 1)) --> true	1
print(pcall(risky, 2)) --> false	uncaught/pcall_inside.lua:2: n is 2
print(risky(1)) --> 1
print(risky(3))
