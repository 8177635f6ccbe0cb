-- `seek` and its whences; reading and writing in place. Lua 5.1 manual §5.7.
local name = os.tmpname()
local f = io.open(name, "w+")
f:write("0123456789")
print(f:seek()) --> 10
print(f:seek("set")) --> 0
print(f:read(3), f:seek()) --> 012	3
print(f:seek("cur", 2), f:read(1)) --> 5	5
print(f:seek("end"), f:read(1)) --> 10	nil
print(f:seek("end", -2), f:read("*a")) --> 8	89
print(f:seek("set", 100), f:seek("cur", -95), f:read(1)) --> 100	5	5
f:seek("set", 3)
f:write("XY")
f:seek("set")
print(f:read("*a")) --> 012XY56789
print(pcall(f.seek, f, "bad")) --> false	bad argument #2 to '?' (invalid option 'bad')
print(pcall(f.seek, f, "set", "x")) --> false	bad argument #3 to '?' (number expected, got string)
print((f:seek("set", -1))) --> nil
f:close()
print(pcall(f.seek, f)) --> false	attempt to use a closed file
os.remove(name)
