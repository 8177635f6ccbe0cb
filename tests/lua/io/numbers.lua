-- Reading numbers as scanf does. Lua 5.1 manual §5.7.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("12 -3.5 1e3 0x10 .5 abc 7 +8\n9e\n")
f:close()
f = io.open(name)
print(f:read("*n", "*n", "*n", "*n", "*n")) --> 12	-3.5	1000	16	0.5
print(f:read("*n")) --> nil
print(f:read(3)) --> abc
print(f:read("*n", "*n")) --> 7	8
print(f:read("*n")) --> 9
f:close()
os.remove(name)
