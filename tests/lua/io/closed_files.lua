-- Using a file after it was closed. PUC `liolib.c`, `tofile`.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("a\nb\n")
print(f:close()) --> true
print(pcall(f.close, f)) --> false	attempt to use a closed file
print(pcall(f.read, f)) --> false	attempt to use a closed file
print(pcall(f.write, f, "x")) --> false	attempt to use a closed file
print(pcall(f.lines, f)) --> false	attempt to use a closed file
print(pcall(f.flush, f)) --> false	attempt to use a closed file
print(pcall(f.seek, f)) --> false	attempt to use a closed file
print(tostring(f), io.type(f), io.type(5), io.type({})) --> file (closed)	closed file	nil	nil
f = io.open(name)
local it = f:lines()
print(it()) --> a
f:close()
print(pcall(it)) --> false	file is already closed
it = io.lines(name)
print(it(), it(), it()) --> a	b
print(pcall(it)) --> false	file is already closed
print(pcall(f.read, 5)) --> false	bad argument #1 to '?' (FILE* expected, got number)
print(pcall(f.read)) --> false	bad argument #1 to '?' (FILE* expected, got no value)
print(pcall(f.read, {})) --> false	bad argument #1 to '?' (FILE* expected, got table)
print(pcall(io.close, 5)) --> false	bad argument #1 to '?' (FILE* expected, got number)
print(pcall(io.close, f)) --> false	attempt to use a closed file
os.remove(name)
