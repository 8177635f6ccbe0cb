-- Sorting what cannot be compared, and comparators that contradict themselves. PUC `ltablib.c`, `auxsort`.
print(pcall(table.sort, { 1, "a" })) --> false	attempt to compare string with number
print(pcall(table.sort, { {}, {} })) --> false	attempt to compare two table values
print(pcall(table.sort, { 1, 2, nil, 4 })) --> false	attempt to compare nil with number
print(pcall(table.sort, { true, false })) --> false	attempt to compare two boolean values
print(pcall(table.sort, { 3, 2, 1 }, function() error("cmp", 0) end)) --> false	cmp
print(pcall(table.sort)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.sort, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(table.sort, {}, 5)) --> false	bad argument #2 to '?' (function expected, got number)
print(pcall(table.sort, { 1 }, "x")) --> false	bad argument #2 to '?' (function expected, got string)
print(pcall(table.sort, {}, {})) --> false	bad argument #2 to '?' (function expected, got table)
print(pcall(table.sort, { 2, 1 }, nil)) --> true
print(pcall(table.sort, { 1, 2, 3, 4, 5 }, function() return true end)) --> false	invalid order function for sorting
print(pcall(table.sort, { 3, 3, 3, 3, 3, 3 }, function(a, b) return a <= b end)) --> false	tables/sort_errors.lua:14: attempt to compare nil with number
print(pcall(table.sort, { 1, 2, 3 }, function() return false end)) --> true
print(pcall(table.sort, { 1, 2 }, function() return true end)) --> true
local t = {}
for i = 1, 50 do t[i] = 1 end
print(pcall(table.sort, t, function(a, b) return true end)) --> false	invalid order function for sorting
print(pcall(table.sort, { 1, 2, 3 }, function() return 0 end)) --> true
print(pcall(table.sort, { 1, 2, 3 }, function() return nil end)) --> true
print(pcall(table.sort, { 0/0, 1, 0/0, 2, 0/0 })) --> true
