-- `unpack` with bounds, holes and raw access. Lua 5.1 manual §5.1.
print(unpack { 1, 2, 3 }) --> 1	2	3
print(unpack({ 1, 2, 3 }, 2)) --> 2	3
print(unpack({ 1, 2, 3 }, 2, 3)) --> 2	3
print(unpack({ 1, 2 }, 1, 4)) --> 1	2	nil	nil
print(unpack({}, 1, 0)) -->
print(unpack({ 1, 2, 3 }, -1, 1)) --> nil	nil	1
print(unpack({ 1, nil, 3 }, 1, 3)) --> 1	nil	3
print(unpack({ 1, 2 }, 3)) -->
print((unpack { 9, 8 })) --> 9
print(unpack({ 1, 2, 3 }, "2", "3")) --> 2	3
print(unpack({ 1, 2, 3 }, 1.9, 2.9)) --> 1	2
print(unpack(setmetatable({}, { __index = function(_, i) return i end }), 1, 3)) --> nil	nil	nil
print(pcall(unpack)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(unpack, 5)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(unpack, {}, "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(unpack, {}, {}, 2)) --> false	bad argument #2 to '?' (number expected, got table)
print(select("#", unpack({}, 1, 3)), select("#", unpack({}, 5, 4))) --> 3	0
