-- `dofile` and `loadfile` of a temporary file. Lua 5.1 manual §5.1.
local name = os.tmpname()
local function write(s) local f = io.open(name, "wb") f:write(s) f:close() end
write("return 1, ...")
print(dofile(name)) --> 1
print(loadfile(name)("arg")) --> 1	arg
write("#!shebang\nreturn 'after shebang'")
print(dofile(name)) --> after shebang
write("x =")
print((select(2, loadfile(name)):gsub("^.-:", ":"))) --> :1: unexpected symbol near '<eof>'
print((select(2, pcall(dofile, name)):gsub("^.-:", ":"))) --> :1: unexpected symbol near '<eof>'
write("error('in file')")
print((select(2, pcall(dofile, name)):gsub("^.-:", ":"))) --> :1: in file
write("\239\187\191return 'bom'")
print((select(2, loadfile(name)) or ""):gsub("^.-:", ":"))
write("return 1\n\n\nx x")
print((select(2, loadfile(name)):gsub("^.-:", ":"))) --> :4: '<eof>' expected near 'x'
write("")
print(dofile(name)) -->
write("#only a comment")
print(dofile(name)) -->
write(string.dump(function() return "precompiled" end))
print(dofile(name)) --> precompiled
write("# line\n" .. string.dump(function() return "after comment" end))
print(pcall(dofile, name)) --> true	after comment
print(pcall(loadfile, {})) --> false	bad argument #1 to '?' (string expected, got table)
os.remove(name)
print((loadfile(name))) --> nil
