-- `assert` returns its arguments or raises its message as it is. Lua 5.1 manual §5.1.
print(assert(1, 2, 3)) --> 1	2	3
print(assert("x")) --> x
print(select("#", assert(true, nil, nil))) --> 3
print(pcall(assert, false)) --> false	assertion failed!
print(pcall(assert, nil)) --> false	assertion failed!
print(pcall(assert, nil, "message")) --> false	message
print(pcall(assert, false, 42)) --> false	42
print(pcall(assert)) --> false	bad argument #1 to '?' (value expected)
print(pcall(assert, false, nil)) --> false	assertion failed!
print(select(2, pcall(assert, nil, "no position"))) --> no position
print(pcall(function() assert(false, "in a function") end)) --> false	errors/assert.lua:12: in a function
print(pcall(function() assert(1 == 2) end)) --> false	errors/assert.lua:13: assertion failed!
print(pcall(assert, loadstring("x x"))) --> false	[string "x x"]:1: '=' expected near 'x'
print(pcall(assert, io.open("/nonexistent/file"))) --> false	/nonexistent/file: No such file or directory
print(assert(pcall(error, "x") == false, "unused")) --> true	unused
