-- With two bad operands the second is blamed unless it is a number. PUC `ldebug.c`, `luaG_aritherror`.
local a, b = {}, nil
print(pcall(function() return a + b end)) --> false	arithmetic/which_operand.lua:3: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return b + a end)) --> false	arithmetic/which_operand.lua:4: attempt to perform arithmetic on upvalue 'b' (a nil value)
print(pcall(function() return a + 1 end)) --> false	arithmetic/which_operand.lua:5: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return 1 + a end)) --> false	arithmetic/which_operand.lua:6: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return a + "1" end)) --> false	arithmetic/which_operand.lua:7: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return "1" + a end)) --> false	arithmetic/which_operand.lua:8: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return a + "x" end)) --> false	arithmetic/which_operand.lua:9: attempt to perform arithmetic on upvalue 'a' (a table value)
print(pcall(function() return "x" + a end)) --> false	arithmetic/which_operand.lua:10: attempt to perform arithmetic on a string value
print(pcall(function() return b .. a end)) --> false	arithmetic/which_operand.lua:11: attempt to concatenate upvalue 'b' (a nil value)
print(pcall(function() return "x" .. a end)) --> false	arithmetic/which_operand.lua:12: attempt to concatenate upvalue 'a' (a table value)
print(pcall(function() return a .. "x" end)) --> false	arithmetic/which_operand.lua:13: attempt to concatenate upvalue 'a' (a table value)
print(pcall(function() return 1 .. b .. 2 end)) --> false	arithmetic/which_operand.lua:14: attempt to concatenate upvalue 'b' (a nil value)
print(pcall(function() return a .. b .. "z" end)) --> false	arithmetic/which_operand.lua:15: attempt to concatenate upvalue 'b' (a nil value)
