-- `table.getn` is `#`, `table.setn` is refused. Lua 5.1 `ltablib.c`.
print(table.getn {}, table.getn { 1, 2, 3 }, table.getn { n = 10 }, table.getn { 1, 2, n = 1 }) --> 0	3	0	2
print(pcall(table.setn, {}, 5)) --> false	'setn' is obsolete
print(pcall(table.setn)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.getn)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.getn, "abc")) --> false	bad argument #1 to '?' (table expected, got string)
print(pcall(table.setn, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(select("#", table.getn({}, 1))) --> 1
