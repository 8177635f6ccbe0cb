-- `io.input`, `io.output`, `io.read`, `io.write`, `io.close`. Lua 5.1 manual §5.7.
local name = os.tmpname()
local out = io.output()
print(out == io.stdout) --> true
io.output(name)
io.write("redirected ", 1, "\n")
io.write("second\n")
io.close()
print(pcall(io.write, "closed")) --> false	standard output file is closed
io.output(out)
print(io.input() == io.stdin) --> true
io.input(name)
print(io.read()) --> redirected 1
print(io.read("*a")) --> second -->
print(io.read()) --> nil
io.close(io.input())
print(pcall(io.read)) --> false	standard input file is closed
print(pcall(io.lines)) --> false	attempt to use a closed file
io.input(io.stdin)
print(io.read(), io.read("*a"))
local f = io.open(name)
print(io.input(f) == f, io.read("*l")) --> true	redirected 1
f:close()
print(io.type(io.stdout), io.type(io.stderr)) --> file	file
io.write("a", 1, 2.5, "b", "\n") --> a12.5b
print(io.write() == io.stdout) --> false
print(pcall(io.write, nil)) --> false	bad argument #1 to '?' (string expected, got nil)
print(pcall(io.write, "x", {})) --> xfalse	bad argument #2 to '?' (string expected, got table)
print() -->
print(pcall(io.write, true)) --> false	bad argument #1 to '?' (string expected, got boolean)
os.remove(name)
