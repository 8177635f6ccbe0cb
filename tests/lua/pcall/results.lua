-- `pcall` returns true and all results, or false and the error value. Lua 5.1 manual §5.1.
print(pcall(function() return 1, nil, 3 end)) --> true	1	nil	3
print(pcall(function() end)) --> true
print(pcall(error, "message", 0)) --> false	message
print(pcall(function(...) return select("#", ...) end, nil, nil)) --> true	2
print(pcall(string.upper, "abc")) --> true	ABC
print(pcall(string.upper)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(nil)) --> false	attempt to call a nil value
print(pcall(42)) --> false	attempt to call a number value
print(pcall(setmetatable({}, { __call = function(self, a) return "called", a end }), 5)) --> true	called	5
print(pcall(pcall, error, "x")) --> true	false	x
print(pcall(pcall, pcall)) --> true	false	bad argument #1 to '?' (value expected)
print(select("#", pcall(error))) --> 2
print(pcall(pcall)) --> false	bad argument #1 to '?' (value expected)
print(pcall(select, "#")) --> true	0
print(pcall(pcall, nil)) --> true	false	attempt to call a nil value
