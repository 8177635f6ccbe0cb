-- A constant as the key or operand is shown by name. PUC `ldebug.c`, `kname`.
local t = {}
print(pcall(function() return t.key.sub end)) --> false	errors/constants.lua:3: attempt to index field 'key' (a nil value)
print(pcall(function() return t["two words"].sub end)) --> false	errors/constants.lua:4: attempt to index field 'two words' (a nil value)
print(pcall(function() return t[1].sub end)) --> false	errors/constants.lua:5: attempt to index field '?' (a nil value)
print(pcall(function() return t[true].sub end)) --> false	errors/constants.lua:6: attempt to index field '?' (a nil value)
print(pcall(function() return t.key() end)) --> false	errors/constants.lua:7: attempt to call field 'key' (a nil value)
print(pcall(function() return t:key() end)) --> false	errors/constants.lua:8: attempt to call method 'key' (a nil value)
print(pcall(function() return t["two words"]() end)) --> false	errors/constants.lua:9: attempt to call field 'two words' (a nil value)
print(pcall(function() return t[1]() end)) --> false	errors/constants.lua:10: attempt to call field '?' (a nil value)
print(pcall(function() return t.key + 1 end)) --> false	errors/constants.lua:11: attempt to perform arithmetic on field 'key' (a nil value)
print(pcall(function() return t.key .. "x" end)) --> false	errors/constants.lua:12: attempt to concatenate field 'key' (a nil value)
print(pcall(function() return #t.key end)) --> false	errors/constants.lua:13: attempt to get length of field 'key' (a nil value)
print(pcall(function() return -t.key end)) --> false	errors/constants.lua:14: attempt to perform arithmetic on field 'key' (a nil value)
print(pcall(function() return "abc" + 1 end)) --> false	errors/constants.lua:15: attempt to perform arithmetic on a string value
print(pcall(function() return 1 + {} end)) --> false	errors/constants.lua:16: attempt to perform arithmetic on a table value
print(pcall(function() return nil .. "x" end)) --> false	errors/constants.lua:17: attempt to concatenate a nil value
print(pcall(function() return #nil end)) --> false	errors/constants.lua:18: attempt to get length of a nil value
print(pcall(function() return -nil end)) --> false	errors/constants.lua:19: attempt to perform arithmetic on a nil value
