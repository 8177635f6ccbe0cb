-- `gsub` with a table, looked up by the first capture. Lua 5.1 manual §5.4.
print(("hello world"):gsub("%w+", { hello = "HI", world = false })) --> HI world	2
print(("a b c"):gsub("%w", { a = 1, b = 2.5 })) --> 1 2.5 c	3
print(("k=v"):gsub("(%w)=(%w)", { k = "K" })) --> K	1
print(("abc"):gsub("()", { "x", [3] = "z" })) --> xabzc	4
print(("abc"):gsub("%w", setmetatable({}, { __index = function(_, k) return k .. k end }))) --> aabbcc	3
print(pcall(string.gsub, "abc", "%w", { a = {} })) --> false	invalid replacement value (a table)
print(pcall(string.gsub, "abc", "%w", { a = true })) --> false	invalid replacement value (a boolean)
print(pcall(string.gsub, "abc", "%w", setmetatable({}, { __index = function() error("idx", 0) end }))) --> false	idx
print(("${x} ${y}"):gsub("%${(%w+)}", { x = "1" })) --> 1 ${y}	2
print(("a"):gsub("a", {})) --> a	1
print(pcall(string.gsub, "a", "a")) --> false	bad argument #3 to '?' (string/function/table expected)
print(pcall(string.gsub, "a", "a", nil)) --> false	bad argument #3 to '?' (string/function/table expected)
print(pcall(string.gsub, "a", "a", true)) --> false	bad argument #3 to '?' (string/function/table expected)
print(pcall(string.gsub, "a")) --> false	bad argument #2 to '?' (string expected, got no value)
print(pcall(string.gsub)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.gsub, "a", "a", "b", "c")) --> false	bad argument #4 to '?' (number expected, got string)
print(pcall(string.gsub, "a", "a", "b", {})) --> false	bad argument #4 to '?' (number expected, got table)
print(pcall(string.gsub, {}, "a", "b")) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(string.gsub, "a", "a", coroutine.create(function() end))) --> false	bad argument #3 to '?' (string/function/table expected)
