-- `pairs` and `ipairs` know no metamethods in 5.1. Lua 5.1 manual §5.1.
local t = setmetatable({ 1, 2, x = 3 }, { __pairs = function() error("no") end, __ipairs = function() error("no") end, __index = { 10, 20, 30, 40 } })
for k, v in pairs(t) do io.write(tostring(k), "=", v, " ") end
print() -->
for k, v in ipairs(t) do io.write(k, "=", v, " ") end
print() -->
print(pcall(pairs, newproxy())) --> false	bad argument #1 to '?' (table expected, got userdata)
print(pcall(ipairs, "x")) --> false	bad argument #1 to '?' (table expected, got string)
print(pcall(pairs)) --> false	bad argument #1 to '?' (table expected, got no value)
print(select("#", pairs {}), select(3, pairs {})) --> 3	nil
