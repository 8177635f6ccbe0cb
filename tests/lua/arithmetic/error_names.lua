-- Arithmetic on something else names the operand. PUC `ldebug.c`, `luaG_aritherror`.
local l, t = nil, { f = {} }
print(pcall(function() return l + 1 end)) --> false	arithmetic/error_names.lua:3: attempt to perform arithmetic on upvalue 'l' (a nil value)
print(pcall(function() local x return x * 2 end)) --> false	arithmetic/error_names.lua:4: attempt to perform arithmetic on local 'x' (a nil value)
print(pcall(function() return undefinedvariable - 1 end)) --> false	arithmetic/error_names.lua:5: attempt to perform arithmetic on global 'undefinedvariable' (a nil value)
print(pcall(function() return t.missing / 2 end)) --> false	arithmetic/error_names.lua:6: attempt to perform arithmetic on field 'missing' (a nil value)
print(pcall(function() return t.f.deep % 2 end)) --> false	arithmetic/error_names.lua:7: attempt to perform arithmetic on field 'deep' (a nil value)
print(pcall(function() return -t end)) --> false	arithmetic/error_names.lua:8: attempt to perform arithmetic on upvalue 't' (a table value)
print(pcall(function() return -t.f end)) --> false	arithmetic/error_names.lua:9: attempt to perform arithmetic on field 'f' (a table value)
print(pcall(function() return t[1] ^ 2 end)) --> false	arithmetic/error_names.lua:10: attempt to perform arithmetic on field '?' (a nil value)
print(pcall(function() local i = 1 return t[i] + 1 end)) --> false	arithmetic/error_names.lua:11: attempt to perform arithmetic on field '?' (a nil value)
print(pcall(function() return 1 + true end)) --> false	arithmetic/error_names.lua:12: attempt to perform arithmetic on a boolean value
print(pcall(function() return nil + 1 end)) --> false	arithmetic/error_names.lua:13: attempt to perform arithmetic on a nil value
print(pcall(function() return {} + {} end)) --> false	arithmetic/error_names.lua:14: attempt to perform arithmetic on a table value
print(pcall(function() return 1 + "x" end)) --> false	arithmetic/error_names.lua:15: attempt to perform arithmetic on a string value
print(pcall(function() return "x" + 1 end)) --> false	arithmetic/error_names.lua:16: attempt to perform arithmetic on a string value
print(pcall(function() return "a" + "b" end)) --> false	arithmetic/error_names.lua:17: attempt to perform arithmetic on a string value
print(pcall(function() return print + 1 end)) --> false	arithmetic/error_names.lua:18: attempt to perform arithmetic on global 'print' (a function value)
print(pcall(function() local f = function() end return f + 1 end)) --> false	arithmetic/error_names.lua:19: attempt to perform arithmetic on local 'f' (a function value)
print(pcall(function() return 2 ^ t.x end)) --> false	arithmetic/error_names.lua:20: attempt to perform arithmetic on field 'x' (a nil value)
print(pcall(function() return (1 + 2) + t.x end)) --> false	arithmetic/error_names.lua:21: attempt to perform arithmetic on field 'x' (a nil value)
print(pcall(function() return #5 end)) --> false	arithmetic/error_names.lua:22: attempt to get length of a number value
