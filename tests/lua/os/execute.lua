-- `os.execute` and `io.popen`. Lua 5.1 manual §5.7, §5.8.
print(os.execute("exit 0"), os.execute("exit 3")) --> 0	768
print(os.execute() ~= 0) --> true
local p = io.popen("echo one; echo two")
print(io.type(p), p:read()) --> file	one
print(p:read("*a")) --> two -->
print(p:close()) --> true
for l in io.popen("printf 'a\\nb\\n'"):lines() do io.write(l, ";") end --> a;b;
print() -->
local w = io.popen("cat >/dev/null", "w")
print(w:write("x") ~= nil, w:close()) --> true	true
print(pcall(io.popen)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(os.execute, {})) --> false	bad argument #1 to '?' (string expected, got table)
