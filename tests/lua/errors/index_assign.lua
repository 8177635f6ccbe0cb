-- Assigning into what is no table. PUC `lvm.c`, `luaV_settable`.
local s, n, u = "str", 5, nil
print(pcall(function() s.x = 1 end)) --> false	errors/index_assign.lua:3: attempt to index upvalue 's' (a string value)
print(pcall(function() n.x = 1 end)) --> false	errors/index_assign.lua:4: attempt to index upvalue 'n' (a number value)
print(pcall(function() u.x = 1 end)) --> false	errors/index_assign.lua:5: attempt to index upvalue 'u' (a nil value)
print(pcall(function() print.x = 1 end)) --> false	errors/index_assign.lua:6: attempt to index global 'print' (a function value)
print(pcall(function() local t = {} t[nil] = 1 end)) --> false	errors/index_assign.lua:7: table index is nil
print(pcall(function() local t = {} t[0/0] = 1 end)) --> false	errors/index_assign.lua:8: table index is NaN
print(pcall(function() local t = {} t.x.y.z = 1 end)) --> false	errors/index_assign.lua:9: attempt to index field 'x' (a nil value)
print(pcall(rawset, {}, nil, 1)) --> false	table index is nil
print(pcall(rawset, {}, 0/0, 1)) --> false	table index is NaN
print(pcall(rawset, 5, 1, 1)) --> false	bad argument #1 to '?' (table expected, got number)
print(pcall(rawget, nil, 1)) --> false	bad argument #1 to '?' (table expected, got nil)
print(pcall(rawset, {}, 1)) --> false	bad argument #3 to '?' (value expected)
local t = {}
t[nil or 1] = "ok"
print(t[1], t[nil], rawget(t, nil), t[0/0]) --> ok	nil	nil	nil
print(pcall(function() ("x").y = 1 end)) --> false	errors/index_assign.lua:18: attempt to index a string value
print(pcall(function() local co = coroutine.create(function() end) co.x = 1 end)) --> false	errors/index_assign.lua:19: attempt to index local 'co' (a thread value)
