-- Metatables of strings, numbers, nil, functions by `debug.setmetatable`. Lua 5.1 manual §2.8.
debug.setmetatable(0, { __index = { double = function(n) return n * 2 end }, __call = function(n, x) return n + x end, __len = function(n) return n end, __concat = function() return "no" end })
print((5):double(), (2)(3), #7, 1 .. 2) --> 10	5	7	12
debug.setmetatable(0, nil)
debug.setmetatable(nil, { __index = function(_, k) return "nil." .. k end, __add = function() return "nil+" end, __call = function() return "nil()" end })
print((nil).x, nil + 1, 1 + nil, (nil)()) --> nil.x	nil+	nil+	nil()
debug.setmetatable(nil, nil)
debug.setmetatable(print, { __index = { info = "function" }, __concat = function(a, b) return "f.." end, __lt = function() return true end, __unm = function() return "-f" end })
print(print.info, print .. "x", print < tostring, -print) --> function	f..	true	-f
debug.setmetatable(print, nil)
debug.setmetatable(true, { __index = function(b, k) return tostring(b) .. k end })
print((true).x, (false).y) --> truex	falsey
debug.setmetatable(true, nil)
getmetatable("").__add = function(a, b) return "add:" .. a .. b end
print("a" + "b", "1" + "2", "x" + 1, pcall(function() return "x" - 1 end)) --> add:ab	3	add:x1	false	metatables/other_types.lua:15: attempt to perform arithmetic on a string value
getmetatable("").__add = nil
getmetatable("").__index = function(s, k) return type(k) == "number" and s:sub(k, k) or string[k] end
print(("hello")[2], ("hello"):upper(), ("x").nope) --> e	HELLO	nil
getmetatable("").__index = string
print(pcall(function() return ("x")[1] end)) --> true	nil
