-- Calls with as many results as fit. PUC `lapi.c`, `lua_checkstack`.
local t = {}
for i = 1, 7000 do t[i] = i end
print(select("#", unpack(t))) --> 7000
print(pcall(function() return select("#", unpack(t, 1, 7900)) end)) --> true	7900
print(pcall(function() return #{ unpack(t, 1, 7900) } end)) --> true	7000
print(pcall(string.byte, ("x"):rep(10000), 1, -1)) --> false	stack overflow (string slice too long)
print(select("#", string.byte(("x"):rep(5000), 1, -1))) --> 5000
print(pcall(string.char, unpack(t, 1, 255)) == true) --> true
print(#table.concat({ ("x"):rep(5000):byte(1, -1) }, ",")) --> 19999
