-- Indexing what is no table names it. PUC `ldebug.c`, `luaG_typeerror`.
local l
local t = { n = 5, b = true, f = function() end }
local function up() return l.x end
print(pcall(function() return l.x end)) --> false	errors/index.lua:5: attempt to index upvalue 'l' (a nil value)
print(pcall(up)) --> false	errors/index.lua:4: attempt to index upvalue 'l' (a nil value)
print(pcall(function() local z z.a = 1 end)) --> false	errors/index.lua:7: attempt to index local 'z' (a nil value)
print(pcall(function() return undefinedtable.x end)) --> false	errors/index.lua:8: attempt to index global 'undefinedtable' (a nil value)
print(pcall(function() return t.x.y end)) --> false	errors/index.lua:9: attempt to index field 'x' (a nil value)
print(pcall(function() t.x.y = 1 end)) --> false	errors/index.lua:10: attempt to index field 'x' (a nil value)
print(pcall(function() return t.n.y.z end)) --> false	errors/index.lua:11: attempt to index field 'n' (a number value)
print(pcall(function() return t.b.x end)) --> false	errors/index.lua:12: attempt to index field 'b' (a boolean value)
print(pcall(function() return t.f.x end)) --> false	errors/index.lua:13: attempt to index field 'f' (a function value)
print(pcall(function() return t[1].x end)) --> false	errors/index.lua:14: attempt to index field '?' (a nil value)
print(pcall(function() local i = "k" return t[i].x end)) --> false	errors/index.lua:15: attempt to index field '?' (a nil value)
print(pcall(function() return t["k"].x end)) --> false	errors/index.lua:16: attempt to index field 'k' (a nil value)
print(pcall(function() return (1).x end)) --> false	errors/index.lua:17: attempt to index a number value
print(pcall(function() return (nil).x end)) --> false	errors/index.lua:18: attempt to index a nil value
print(pcall(function() return ("s").x.y end)) --> false	errors/index.lua:19: attempt to index field 'x' (a nil value)
print(pcall(function() local s = "str" return s.x.y end)) --> false	errors/index.lua:20: attempt to index field 'x' (a nil value)
print(pcall(function() return t.f().x end)) --> false	errors/index.lua:21: attempt to index a nil value
print(pcall(function() undefinedtable.x.y = 1 end)) --> false	errors/index.lua:22: attempt to index global 'undefinedtable' (a nil value)
print(pcall(function() undefinedtable[1] = 2 end)) --> false	errors/index.lua:23: attempt to index global 'undefinedtable' (a nil value)
print(pcall(function() return t:nothing().x end)) --> false	errors/index.lua:24: attempt to call method 'nothing' (a nil value)
