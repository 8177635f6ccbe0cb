-- `tonumber` with a base. Lua 5.1 manual §5.1.
print(tonumber("10", 2), tonumber("ff", 16), tonumber("FF", 16), tonumber("zz", 36), tonumber("77", 8), tonumber("7", 8), tonumber("8", 8), tonumber("0x1F", 16), tonumber("1F", 16))
print(tonumber("10", 10), tonumber("1e1", 10), tonumber("1.5", 10), tonumber(" 11 ", 2), tonumber("", 2), tonumber(" ", 3), tonumber("12", 2), tonumber("-ff", 16), tonumber("-1", 2), tonumber("+1", 2))
print(tonumber(10, 2), tonumber(99, 10), tonumber("ffffffff", 16), tonumber("ffffffffffffffff", 16), tonumber("fffffffffffffffff", 16))
print(pcall(tonumber, "1", 1)) --> false	bad argument #2 to '?' (base out of range)
print(pcall(tonumber, "1", 37)) --> false	bad argument #2 to '?' (base out of range)
print(pcall(tonumber, "1", 0)) --> false	bad argument #2 to '?' (base out of range)
print(pcall(tonumber, {}, 2)) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(tonumber, nil, 2)) --> false	bad argument #1 to '?' (string expected, got nil)
print(pcall(tonumber, "1", "x")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(tonumber, "1", {})) --> false	bad argument #2 to '?' (number expected, got table)
print(tonumber("11", "2"), tonumber("11", 2.9), tonumber("a", 11), tonumber("b", 11), tonumber("1 1", 2), tonumber("1\0", 2)) --> 3	3	10	nil	nil	1
