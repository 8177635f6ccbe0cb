-- 5.1 ignores `__len` of tables and strings; userdata obey it. Lua 5.1 manual §2.8.
local t = setmetatable({ 1, 2 }, { __len = function() return 99 end })
print(#t, #"abc") --> 2	3
local u = newproxy(true)
getmetatable(u).__len = function(self) return self == u and "seven" end
print(#u, rawequal(u, u)) --> seven	true
getmetatable(u).__len = nil
print(pcall(function() return #u end)) --> false	metatables/len.lua:8: attempt to get length of upvalue 'u' (a userdata value)
getmetatable(u).__len = 5
print(pcall(function() return #u end)) --> false	metatables/len.lua:10: attempt to call a number value
getmetatable("").__len = function() return 42 end
print(#"abc", ("abc"):len()) --> 3	3
getmetatable("").__len = nil
print(table.getn(t), #setmetatable({}, { __index = { 1, 2, 3 } })) --> 2	0
