-- Errors of native functions inside hooks and handlers.
print(xpcall(function() string.rep() end, function(m) return debug.traceback(m, 2) end))
print((select(2, xpcall(function() local t = {} t.x.y = 1 end, debug.traceback)):gsub("\n.*", ""))) --> debug/library_in_errors.lua:3: attempt to index field 'x' (a nil value)
print(pcall(debug.traceback)) --> true	stack traceback: --> 	[C]: in function 'pcall' --> 	debug/library_in_errors.lua:4: in main chunk --> 	[C]: ?
print(type(debug.debug), pcall(debug.sethook, {}, "l")) --> function	false	bad argument #1 to '?' (function expected, got table)
