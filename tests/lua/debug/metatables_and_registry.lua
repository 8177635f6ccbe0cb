-- `debug.getmetatable`, `setmetatable`, `getregistry`, `getfenv`. Lua 5.1 manual §5.9.
local t = setmetatable({}, { __metatable = "hidden" })
print(getmetatable(t), type(debug.getmetatable(t))) --> hidden	table
print(debug.setmetatable(t, nil), getmetatable(t)) --> true	nil
print(debug.getmetatable(5), debug.setmetatable(5, { __index = function() return "num" end }), (5).x) --> nil	true	num
debug.setmetatable(5, nil)
print(pcall(debug.setmetatable, 5)) --> false	bad argument #2 to '?' (nil or table expected)
print(pcall(debug.setmetatable, {}, 5)) --> false	bad argument #2 to '?' (nil or table expected)
print(pcall(debug.getmetatable)) --> false	bad argument #1 to '?' (value expected)
print(type(debug.getregistry()), debug.getregistry()._LOADED == package.loaded, type(debug.getregistry()["FILE*"])) --> table	true	table
print(pcall(debug.getfenv)) --> false	bad argument #1 to '?' (value expected)
print(debug.getfenv(1), debug.getfenv(print) == _G) --> nil	true
local f = function() return x end
print(debug.setfenv(f, { x = 5 }) == f, f()) --> true	5
print(pcall(debug.setfenv, f, 5)) --> false	bad argument #2 to '?' (table expected, got number)
