-- A metatable on the global table catches undeclared names. Lua 5.1 manual §2.9.
local declared = {}
setmetatable(_G, { __newindex = function(t, k, v) if not declared[k] then error("assign to undeclared '" .. k .. "'", 2) end rawset(t, k, v) end, __index = function(_, k) error("undeclared '" .. k .. "'", 2) end })
print(pcall(function() a = 1 end)) --> false	environments/strict_globals.lua:4: assign to undeclared 'a'
print(pcall(function() return b end)) --> false	environments/strict_globals.lua:5: undeclared 'b'
declared.a = true
a = 5
print(a) --> 5
rawset(_G, "c", 1)
c = 2
print(c) --> 2
print(pcall(loadstring("d = 1", "=d"))) --> false	d:1: assign to undeclared 'd'
print(pcall(loadstring("return e.f", "=e"))) --> false	e:1: undeclared 'e'
print(rawget(_G, "zzz")) --> nil
setmetatable(_G, nil) print(b) b = 1 print(b) --> nil --> 1
