-- Files that cannot be opened. Lua 5.1 manual §5.7.
print(io.open("/nonexistent/dir/file")) --> nil	/nonexistent/dir/file: No such file or directory	2
print(io.open("/nonexistent/dir/file", "w")) --> nil	/nonexistent/dir/file: No such file or directory	2
print(io.open("/", "w")) --> nil	/: Is a directory	21
print(pcall(io.lines, "/nonexistent/file")) --> false	bad argument #1 to '?' (/nonexistent/file: No such file or directory)
print(pcall(io.input, "/nonexistent/file")) --> false	bad argument #1 to '?' (/nonexistent/file: No such file or directory)
print(pcall(io.output, "/nonexistent/dir/file")) --> false	bad argument #1 to '?' (/nonexistent/dir/file: No such file or directory)
print(pcall(io.open)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(io.open, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(pcall(io.open, nil)) --> false	bad argument #1 to '?' (string expected, got nil)
print(os.remove("/nonexistent/file")) --> nil	/nonexistent/file: No such file or directory	2
print(os.rename("/nonexistent/a", "/nonexistent/b")) --> nil	/nonexistent/a: No such file or directory	2
print(pcall(dofile, "/nonexistent/file.lua")) --> false	cannot open /nonexistent/file.lua: No such file or directory
print(loadfile("/nonexistent/file.lua")) --> nil	cannot open /nonexistent/file.lua: No such file or directory
for l in pcall, io.lines, "/nonexistent" do print(l) break end --> false
print(select(2, pcall(function() for l in io.lines("/nonexistent/x") do end end))) --> io/open_errors.lua:16: bad argument #1 to 'lines' (/nonexistent/x: No such file or directory)
