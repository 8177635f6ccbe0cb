-- `table.maxn` looks at all numeric keys. Lua 5.1 manual §5.5.
print(table.maxn {}, table.maxn { 1, 2, 3 }, table.maxn { [10] = 1 }, table.maxn { [1.5] = 1 }, table.maxn { [-5] = 1 }, table.maxn { x = 1 }) --> 0	3	10	1.5	0	0
print(table.maxn { 1, nil, 3 }, table.maxn { [1e10] = true, 1 }, table.maxn { ["100"] = 1 }, table.maxn { [1/0] = 1 }) --> 3	10000000000	0	inf
local t = { 1, 2, 3 }
t[3] = nil
print(table.maxn(t)) --> 2
t[100] = 1
print(table.maxn(t), #t >= 2) --> 100	true
t[100] = nil
print(table.maxn(t)) --> 2
print(pcall(table.maxn)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(table.maxn, "x")) --> false	bad argument #1 to '?' (table expected, got string)
print(pcall(table.maxn, nil)) --> false	bad argument #1 to '?' (table expected, got nil)
print(table.maxn({ 5 }, "extra")) --> 1
