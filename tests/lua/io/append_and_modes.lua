-- Modes of `io.open`. Lua 5.1 manual §5.7.
local name = os.tmpname()
local function all() local f = io.open(name) local s = f:read("*a") f:close() return s end
local f = io.open(name, "w")
f:write("one")
f:close()
f = io.open(name, "a")
f:write("two")
f:close()
print(all()) --> onetwo
f = io.open(name, "r+")
f:write("ONE")
f:close()
print(all()) --> ONEtwo
f = io.open(name, "a+")
f:seek("set")
print(f:read("*a")) --> ONEtwo
f:write("three")
f:close()
print(all()) --> ONEtwothree
f = io.open(name, "rb")
print(#f:read("*a")) --> 11
f:close()
f = io.open(name, "r")
print((f:write("x"))) --> nil
f:close()
f = io.open(name, "w")
print(f:read("*a")) --> nil	Bad file descriptor	9
f:close()
print(all() == "") --> true
os.remove(name)
