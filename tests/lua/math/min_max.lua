-- `min` and `max`. Lua 5.1 manual §5.6.
print(math.max(1), math.max(1, 2, 3), math.max(-1, -2), math.max(1, "5"), math.max(1/0, 1)) --> 1	3	-1	5	inf
print(math.min(1), math.min(3, 2, 1), math.min(-1, -2), math.min("2", 10), math.min(-1/0, 0)) --> 1	1	-2	2	-inf
print(math.max(0/0, 1), math.max(1, 0/0), math.min(0/0, 1), math.min(1, 0/0)) --> -nan	1	-nan	1
print(pcall(math.max)) --> false	bad argument #1 to '?' (number expected, got no value)
print(pcall(math.min)) --> false	bad argument #1 to '?' (number expected, got no value)
print(pcall(math.max, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(math.max, 1, {})) --> false	bad argument #2 to '?' (number expected, got table)
print(pcall(math.min, 1, nil)) --> false	bad argument #2 to '?' (number expected, got nil)
print(math.max(unpack({ 5, 9, 2, 7 })), math.min(1.5, 1.25)) --> 9	1.25
