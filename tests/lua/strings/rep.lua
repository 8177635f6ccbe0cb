-- `rep` with every count. Lua 5.1 manual §5.4.
print(("ab"):rep(3), ("ab"):rep(1), "[" .. ("ab"):rep(0) .. "]", "[" .. ("ab"):rep(-5) .. "]") --> ababab	ab	[]	[]
print(#(""):rep(1000000), ("x"):rep("4"), ("x"):rep(2.9)) --> 0	xxxx	xx
print(("ab"):rep(2, ",")) --> abab
print(#("abc"):rep(100000), ("\0"):rep(3):byte(1, -1)) --> 300000	0	0	0
print(pcall(string.rep, "x")) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(string.rep)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.rep, "x", "y")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(string.rep, {}, 2)) --> false	bad argument #1 to '?' (string expected, got table)
print(string.rep(5, 3)) --> 555
