-- Any bytes survive a file. Lua 5.1 manual §5.7.
local name = os.tmpname()
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
all = table.concat(all)
local f = io.open(name, "wb")
f:write(all, all)
f:close()
f = io.open(name, "rb")
local s = f:read("*a")
f:close()
print(#s, s == all .. all) --> 512	true
f = io.open(name, "rb")
local n = 0
while true do local b = f:read(7) if not b then break end n = n + #b end
f:close()
print(n) --> 512
f = io.open(name, "w")
f:write("a\0b\nc\0\n")
f:close()
for l in io.lines(name) do io.write(#l, " ") end
print() -->
f = io.open(name, "w")
f:write(("x"):rep(100000), "\n", ("y"):rep(5000))
f:close()
f = io.open(name)
print(#f:read("*l"), #f:read("*l"), f:read("*l")) --> 100000	5000	nil
f:close()
print(os.remove(name), (os.remove(name))) --> true	nil
