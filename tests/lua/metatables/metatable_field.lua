-- `__metatable` protects a metatable. Lua 5.1 manual §5.1.
local t = setmetatable({}, { __metatable = "locked" })
print(getmetatable(t), pcall(setmetatable, t, {})) --> locked	false	cannot change a protected metatable
print(pcall(setmetatable, t, nil)) --> false	cannot change a protected metatable
local f = setmetatable({}, { __metatable = false })
print(getmetatable(f), pcall(setmetatable, f, {})) --> false	false	cannot change a protected metatable
local n = setmetatable({}, { __metatable = nil })
print(type(getmetatable(n)), setmetatable(n, nil) == n, getmetatable(n)) --> table	true	nil
print(type(getmetatable("")), getmetatable("").__index == string, getmetatable(1), getmetatable(print), getmetatable(nil)) --> table	true	nil	nil	nil
print(pcall(setmetatable, "x", {})) --> false	bad argument #1 to '?' (table expected, got string)
print(pcall(setmetatable, {}, 5)) --> false	bad argument #2 to '?' (nil or table expected)
print(pcall(setmetatable, {})) --> false	bad argument #2 to '?' (nil or table expected)
print(pcall(setmetatable)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(getmetatable)) --> false	bad argument #1 to '?' (value expected)
print(setmetatable({}, {}) ~= nil) --> true
local p = newproxy(true)
getmetatable(p).__metatable = "userdata too"
print(getmetatable(p)) --> userdata too
print(type(debug.getmetatable(t)), debug.getmetatable(p).__metatable) --> table	userdata too
