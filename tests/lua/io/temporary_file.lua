-- Writing a temporary file and reading it in every format. Lua 5.1 manual §5.7.
local name = os.tmpname()
local f = assert(io.open(name, "w"))
print(io.type(f), f:write("line 1\n", 2, " ", 3.5, "\n", "last")) --> file	true
print(f:close(), io.type(f)) --> true	closed file
f = io.open(name)
print(f:read()) --> line 1
print(f:read("*n", "*n")) --> 2	3.5
print(f:read("*l")) -->
print(f:read("*a")) --> last
print(f:read("*a"), f:read("*l"), f:read("*n"), f:read(1), f:read(0)) --> 	nil	nil	nil	nil
f:close()
f = io.open(name)
print(f:read(4), f:read(0), f:read(1), f:read(100)) --> line		 	1 --> 2 3.5 --> last
print(f:read(1), f:read("*a") == "") --> nil	true
f:close()
f = io.open(name)
print(f:read("*l", "*n", "*l", "*l")) --> line 1	2	 3.5	last
print(f:read("*l")) --> nil
f:close()
for l in io.lines(name) do io.write("[", l, "]") end --> [line 1][2 3.5][last]
print() -->
f = io.open(name)
for l in f:lines() do io.write("<", l, ">") end --> <line 1><2 3.5><last>
print() -->
f:close()
print(os.remove(name)) --> true
