-- Argument errors of `getinfo`. PUC `ldblib.c`, `db_getinfo`.
print(debug.getinfo(100), debug.getinfo(-1).what) --> nil	tail
print(pcall(debug.getinfo, 1, "X")) --> false	bad argument #2 to '?' (invalid option)
print(type(select(2, pcall(debug.getinfo, 1, ">")))) --> table
print(pcall(debug.getinfo)) --> false	bad argument #1 to '?' (function or level expected)
print(pcall(debug.getinfo, "x")) --> false	bad argument #1 to '?' (function or level expected)
print(pcall(debug.getinfo, {})) --> false	bad argument #1 to '?' (function or level expected)
print(pcall(debug.getinfo, 1, {})) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(debug.getinfo, print, "nope")) --> false	bad argument #2 to '?' (invalid option)
local co = coroutine.create(function() local x = 1 coroutine.yield() end)
print(debug.getinfo(co, 0), debug.getinfo(co, 1)) --> nil	nil
coroutine.resume(co)
print(debug.getinfo(co, 0, "S").what, debug.getinfo(co, 1, "l").currentline, debug.getinfo(co, 2)) --> C	10	nil
print(debug.getinfo(co, print, "S").what)
