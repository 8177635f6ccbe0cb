-- Ordering different or unordered types is an error. PUC `ldebug.c`, `luaG_ordererror`.
print(pcall(function() return 1 < "2" end)) --> false	comparison/errors.lua:2: attempt to compare number with string
print(pcall(function() return "a" < 1 end)) --> false	comparison/errors.lua:3: attempt to compare string with number
print(pcall(function() return {} < {} end)) --> false	comparison/errors.lua:4: attempt to compare two table values
print(pcall(function() return {} < 1 end)) --> false	comparison/errors.lua:5: attempt to compare table with number
print(pcall(function() return nil < 1 end)) --> false	comparison/errors.lua:6: attempt to compare nil with number
print(pcall(function() return true < false end)) --> false	comparison/errors.lua:7: attempt to compare two boolean values
print(pcall(function() return nil <= nil end)) --> false	comparison/errors.lua:8: attempt to compare two nil values
print(pcall(function() return print < print end)) --> false	comparison/errors.lua:9: attempt to compare two function values
print(pcall(function() return 1 > "2" end)) --> false	comparison/errors.lua:10: attempt to compare string with number
print(pcall(function() return {} >= 1 end)) --> false	comparison/errors.lua:11: attempt to compare number with table
print(pcall(function() return "x" >= nil end)) --> false	comparison/errors.lua:12: attempt to compare nil with string
print(pcall(function() if 1 <= {} then end end)) --> false	comparison/errors.lua:13: attempt to compare number with table
print(pcall(function() local a, b = {}, "x" return not (a < b) end)) --> false	comparison/errors.lua:14: attempt to compare table with string
print(pcall(math.max, 1, "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(table.sort, { 3, "a", 1 })) --> false	attempt to compare string with number
print(pcall(function() return coroutine.create(function() end) < coroutine.create(function() end) end)) --> false	comparison/errors.lua:17: attempt to compare two thread values
