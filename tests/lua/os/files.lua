-- `tmpname`, `remove`, `rename`. Lua 5.1 manual §5.8.
local a, b = os.tmpname(), os.tmpname()
print(a ~= b, type(a), io.open(a) ~= nil) --> true	string	true
print(os.remove(b)) --> true
print(os.rename(a, b)) --> true
print((os.rename(a, b))) --> nil
local f = io.open(b, "w")
f:write("x")
f:close()
print(os.remove(b)) --> true
print((os.remove(b))) --> nil
print(pcall(os.remove)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(os.rename, "x")) --> false	bad argument #2 to '?' (string expected, got no value)
print(pcall(os.remove, {})) --> false	bad argument #1 to '?' (string expected, got table)
