-- `setvbuf` and `flush`. Lua 5.1 manual §5.7.
local name = os.tmpname()
local f = io.open(name, "w")
print(f:setvbuf("full", 1024), f:write("text") ~= nil) --> true	true
local g = io.open(name)
print(g:read("*a")) -->
f:flush()
g:seek("set")
print(g:read("*a")) --> text
print(f:setvbuf("no")) --> true
f:write("!")
g:seek("set")
print(g:read("*a")) --> text!
print(f:setvbuf("line")) --> true
print(pcall(f.setvbuf, f, "bad")) --> false	bad argument #2 to '?' (invalid option 'bad')
print(pcall(f.setvbuf, f)) --> false	bad argument #2 to '?' (string expected, got no value)
f:close()
g:close()
print(io.flush() == io.stdout or type(io.flush())) --> boolean
print(type(io.stdout:flush())) --> boolean
os.remove(name)
