-- A generic `for` over something that cannot be called. Lua 5.1 manual §2.4.5.
print(pcall(function() for x in nil do end end)) --> false	loops/generic_for_errors.lua:2: attempt to call a nil value
print(pcall(function() for x in 5 do end end)) --> false	loops/generic_for_errors.lua:3: attempt to call a number value
print(pcall(function() for x in {} do end end)) --> false	loops/generic_for_errors.lua:4: attempt to call a table value
print(pcall(function() local t = {} for x in t do end end)) --> false	loops/generic_for_errors.lua:5: attempt to call a table value
print(pcall(function() for x in undefined_iterator do end end)) --> false	loops/generic_for_errors.lua:6: attempt to call a nil value
print(pcall(function() for k in pairs(nil) do end end)) --> false	loops/generic_for_errors.lua:7: bad argument #1 to 'pairs' (table expected, got nil)
print(pcall(function() for k in ipairs() do end end)) --> false	loops/generic_for_errors.lua:8: bad argument #1 to 'ipairs' (table expected, got no value)
print(pcall(function() for k in pairs("x") do end end)) --> false	loops/generic_for_errors.lua:9: bad argument #1 to 'pairs' (table expected, got string)
local callable = setmetatable({}, { __call = function(self, s, c) c = (c or 0) + 1 if c < 4 then return c end end })
for x in callable do io.write(x, " ") end print()
