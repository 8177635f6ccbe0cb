-- `io.lines` closes its file at the end; `file:lines` does not. Lua 5.1 manual §5.7.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("1\n2\n3")
f:close()
local s = 0
for l in io.lines(name) do s = s + l end
print(s) --> 6
f = io.open(name)
for l in f:lines() do if l == "2" then break end end
print(f:read("*a")) --> 3
print(io.type(f)) --> file
print(f:lines()() == nil) --> true
f:close()
local n = 0
for l in io.lines(name) do n = n + 1 if n == 2 then break end end
print(n) --> 2
print(pcall(io.lines, {})) --> false	bad argument #1 to '?' (string expected, got table)
for l in io.lines(name) do io.write(l:rep(2), ";") end --> 11;22;33;
print() -->
os.remove(name)
