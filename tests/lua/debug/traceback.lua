-- `debug.traceback` with messages and levels. Lua 5.1 manual §5.9.
local function f(...) return (debug.traceback(...)) end
print((f())) --> stack traceback: --> 	debug/traceback.lua:2: in function 'f' --> 	debug/traceback.lua:3: in main chunk --> 	[C]: ?
print((f("message"))) --> message --> stack traceback: --> 	debug/traceback.lua:2: in function 'f' --> 	debug/traceback.lua:4: in main chunk --> 	[C]: ?
print((f("message", 1))) --> message --> stack traceback: --> 	debug/traceback.lua:2: in function 'f' --> 	debug/traceback.lua:5: in main chunk --> 	[C]: ?
print((f("message", 2))) --> message --> stack traceback: --> 	debug/traceback.lua:6: in main chunk --> 	[C]: ?
print((f("message", 0)))
print((f(nil))) --> nil
print((f(5))) --> 5 --> stack traceback: --> 	debug/traceback.lua:2: in function 'f' --> 	debug/traceback.lua:9: in main chunk --> 	[C]: ?
print((f({})) ~= nil, f(true), f("m", 100)) --> true	true	m --> stack traceback:
print(pcall(debug.traceback, "x", "y")) --> true	xy --> stack traceback: --> 	[C]: in function 'pcall' --> 	debug/traceback.lua:11: in main chunk --> 	[C]: ?
function globalfn() local t = debug.traceback("in global") return t end
print(globalfn()) --> in global --> stack traceback: --> 	debug/traceback.lua:12: in function 'globalfn' --> 	debug/traceback.lua:13: in main chunk --> 	[C]: ?
local o = { method = function(self) local t = debug.traceback("in method") return t end }
print(o:method()) --> in method --> stack traceback: --> 	debug/traceback.lua:14: in function 'method' --> 	debug/traceback.lua:15: in main chunk --> 	[C]: ?
print((o.method())) --> in method --> stack traceback: --> 	debug/traceback.lua:14: in function 'method' --> 	debug/traceback.lua:16: in main chunk --> 	[C]: ?
local function tail() return debug.traceback("tail") end
print((tail())) --> tail --> stack traceback: --> 	debug/traceback.lua:17: in function 'tail' --> 	debug/traceback.lua:18: in main chunk --> 	[C]: ?
print(debug.traceback("\n")) --> --> --> stack traceback: --> 	debug/traceback.lua:19: in main chunk --> 	[C]: ?
