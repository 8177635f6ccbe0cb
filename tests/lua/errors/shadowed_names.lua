-- The name shown is that of the innermost variable.
local x = { x = { } }
print(pcall(function() local x = x.y; return x.z end)) --> false	errors/shadowed_names.lua:3: attempt to index local 'x' (a nil value)
print(pcall(function(x) return x.z end)) --> false	errors/shadowed_names.lua:4: attempt to index local 'x' (a nil value)
print(pcall(function() local y = x; return y.a.b end)) --> false	errors/shadowed_names.lua:5: attempt to index field 'a' (a nil value)
do local x; print(pcall(function() return x.a end)) end --> false	errors/shadowed_names.lua:6: attempt to index upvalue 'x' (a nil value)
print(pcall(function() for x = 1, 1 do x.y() end end)) --> false	errors/shadowed_names.lua:7: attempt to index local 'x' (a number value)
print(pcall(function() local function x() return x.y.z end return x() end)) --> false	errors/shadowed_names.lua:8: attempt to index upvalue 'x' (a function value)
print(pcall(function() x = nil; return x.x end)) --> false	errors/shadowed_names.lua:9: attempt to index upvalue 'x' (a nil value)
