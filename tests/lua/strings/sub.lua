-- `sub` with every kind of bounds. Lua 5.1 manual §5.4.
local s = "hello"
for _, r in ipairs { { 1, 3 }, { 2 }, { -3 }, { -3, -2 }, { 0 }, { 0, 2 }, { 10 }, { 3, 2 }, { -100, 100 }, { 5, 5 }, { 6, 6 }, { -5, -5 }, { -6, 1 }, { 2, -2 }, { 1, 0 } } do
  io.write("[", s:sub(unpack(r)), "] ")
end
print() -->
print(s:sub("2", "3"), s:sub(1.5, 2.9), s:sub(-1.5)) --> el	he	o
print(s:sub(1, 2^31), s:sub(-2^31, 3), s:sub(2^31, 2^32))
print((""):sub(1, 1) == "", ("a\0b"):sub(2, 2) == "\0", string.sub(12345, 2, 3)) --> true	true	23
print(pcall(string.sub)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(string.sub, "x")) --> false	bad argument #2 to '?' (number expected, got no value)
print(pcall(string.sub, "x", "y")) --> false	bad argument #2 to '?' (number expected, got string)
print(pcall(string.sub, {}, 1)) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(string.sub, "x", 1, {})) --> false	bad argument #3 to '?' (number expected, got table)
