-- Formats of `read`, wrong ones included. PUC `liolib.c`, `g_read`.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("alpha\nbeta\n\n\ngamma")
f:close()
f = io.open(name)
print(f:read("*l", "*l", "*l", "*l", "*l", "*l")) --> alpha	beta			gamma	nil
f:seek("set")
print(f:read("*line")) --> alpha
print(f:read("*all")) --> beta --> --> --> gamma
f:seek("set")
print(f:read(5, 1, 4)) --> alpha	 --> 	beta
print(pcall(f.read, f, "x")) --> false	bad argument #2 to '?' (invalid option)
print(pcall(f.read, f, "*x")) --> false	bad argument #2 to '?' (invalid format)
print(pcall(f.read, f, "")) --> false	bad argument #2 to '?' (invalid option)
print(pcall(f.read, f, {})) --> false	bad argument #2 to '?' (invalid option)
f:seek("set")
print(f:read("*l", 0, "*l")) --> alpha		beta
print(f:read(0)) -->
f:seek("end")
print(f:read(0)) --> nil
print(f:read("*a", "*a"))
print(f:read("*l", "*a")) --> nil
f:close()
os.remove(name)
