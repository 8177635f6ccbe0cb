-- Errors about upvalues, in nested functions and loops. PUC `ldebug.c`.
local a, b, c = nil, 5, {}
local function f() return function() return a.x end end
print(pcall(f())) --> false	errors/upvalue_names.lua:3: attempt to index upvalue 'a' (a nil value)
print(pcall(function() a() end)) --> false	errors/upvalue_names.lua:5: attempt to call upvalue 'a' (a nil value)
print(pcall(function() b() end)) --> false	errors/upvalue_names.lua:6: attempt to call upvalue 'b' (a number value)
print(pcall(function() b.x.y = 1 end)) --> false	errors/upvalue_names.lua:7: attempt to index upvalue 'b' (a number value)
print(pcall(function() return c.x.y end)) --> false	errors/upvalue_names.lua:8: attempt to index field 'x' (a nil value)
print(pcall(function() return a + 1 end)) --> false	errors/upvalue_names.lua:9: attempt to perform arithmetic on upvalue 'a' (a nil value)
print(pcall(function() return a .. "x" end)) --> false	errors/upvalue_names.lua:10: attempt to concatenate upvalue 'a' (a nil value)
print(pcall(function() return #a end)) --> false	errors/upvalue_names.lua:11: attempt to get length of upvalue 'a' (a nil value)
print(pcall(function() return -a end)) --> false	errors/upvalue_names.lua:12: attempt to perform arithmetic on upvalue 'a' (a nil value)
print(pcall(function() return a < 1 end)) --> false	errors/upvalue_names.lua:13: attempt to compare nil with number
for i = 1, 1 do print(pcall(function() return i.x.y end)) print(pcall(function() i() end)) end
local function rec(n) if n == 0 then return a.field end return (rec(n - 1)) end
print(pcall(rec, 3)) --> false	errors/upvalue_names.lua:15: attempt to index upvalue 'a' (a nil value)
print(pcall(function(p) return p.x end)) --> false	errors/upvalue_names.lua:17: attempt to index local 'p' (a nil value)
print(pcall(function(...) return (...).x end)) --> false	errors/upvalue_names.lua:18: attempt to index a nil value
print(pcall(function(...) local v = ... return v.x end)) --> false	errors/upvalue_names.lua:19: attempt to index local 'v' (a nil value)
