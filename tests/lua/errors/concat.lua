-- Concatenation errors. PUC `ldebug.c`, `luaG_concaterror`.
local t, n = {}, nil
print(pcall(function() return "a" .. t end)) --> false	errors/concat.lua:3: attempt to concatenate upvalue 't' (a table value)
print(pcall(function() return t .. "a" end)) --> false	errors/concat.lua:4: attempt to concatenate upvalue 't' (a table value)
print(pcall(function() return n .. "a" end)) --> false	errors/concat.lua:5: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return "a" .. n end)) --> false	errors/concat.lua:6: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return "a" .. "b" .. n end)) --> false	errors/concat.lua:7: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return "a" .. n .. "b" end)) --> false	errors/concat.lua:8: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return n .. "a" .. "b" end)) --> false	errors/concat.lua:9: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return 1 .. n end)) --> false	errors/concat.lua:10: attempt to concatenate upvalue 'n' (a nil value)
print(pcall(function() return 1 .. 2 .. t end)) --> false	errors/concat.lua:11: attempt to concatenate upvalue 't' (a table value)
print(pcall(function() return t.x .. "a" end)) --> false	errors/concat.lua:12: attempt to concatenate field 'x' (a nil value)
print(pcall(function() return "a" .. t.x end)) --> false	errors/concat.lua:13: attempt to concatenate field 'x' (a nil value)
print(pcall(function() return "a" .. t.x.y end)) --> false	errors/concat.lua:14: attempt to index field 'x' (a nil value)
print(pcall(function() return "a" .. undefinedname end)) --> false	errors/concat.lua:15: attempt to concatenate global 'undefinedname' (a nil value)
print(pcall(function() return true .. "a" end)) --> false	errors/concat.lua:16: attempt to concatenate a boolean value
print(pcall(function() return print .. "a" end)) --> false	errors/concat.lua:17: attempt to concatenate global 'print' (a function value)
print(pcall(function() local s = "x" s = s .. t s = s .. "y" end)) --> false	errors/concat.lua:18: attempt to concatenate upvalue 't' (a table value)
print(pcall(function() return "a" .. (function() end) end)) --> false	errors/concat.lua:19: attempt to concatenate a function value
