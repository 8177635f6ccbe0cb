-- `select` by position, from the end, and its errors. Lua 5.1 manual §5.1.
print(select(1, "a", "b", "c")) --> a	b	c
print(select(2, "a", "b", "c")) --> b	c
print(select(4, "a", "b", "c")) -->
print(select(-1, "a", "b", "c")) --> c
print(select(-3, "a", "b", "c")) --> a	b	c
print(select("#")) print(select("#", nil, nil)) --> 0 --> 2
print(select("2", "a", "b")) --> b
print(select(1.9, "a", "b")) --> a	b
print(pcall(select, 0, "a")) --> false	bad argument #1 to '?' (index out of range)
print(pcall(select, -2, "a")) --> false	bad argument #1 to '?' (index out of range)
print(pcall(select)) --> false	bad argument #1 to '?' (number expected, got no value)
print(pcall(select, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(select, {}, 1)) --> false	bad argument #1 to '?' (number expected, got table)
print(pcall(select, "#x", 1)) --> true	1
print(select(100, "a")) -->
