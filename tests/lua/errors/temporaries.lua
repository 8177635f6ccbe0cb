-- Values without a name are called by their type only. PUC `ldebug.c`, `getobjname`.
local function f() return nil end
local t = { f = f }
print(pcall(function() return f().x end)) --> false	errors/temporaries.lua:4: attempt to index a nil value
print(pcall(function() return t.f().x end)) --> false	errors/temporaries.lua:5: attempt to index a nil value
print(pcall(function() return (f() or false).x end)) --> false	errors/temporaries.lua:6: attempt to index a boolean value
print(pcall(function() f()() end)) --> false	errors/temporaries.lua:7: attempt to call a nil value
print(pcall(function() return (1 + 1).x end)) --> false	errors/temporaries.lua:8: attempt to index a number value
print(pcall(function() return ("a" .. "b")() end)) --> false	errors/temporaries.lua:9: attempt to call a string value
print(pcall(function() return (not f).x end)) --> false	errors/temporaries.lua:10: attempt to index a boolean value
print(pcall(function() return ({}).x.y end)) --> false	errors/temporaries.lua:11: attempt to index field 'x' (a nil value)
print(pcall(function() return (f()) + 1 end)) --> false	errors/temporaries.lua:12: attempt to perform arithmetic on a nil value
print(pcall(function() return 1 + f() end)) --> false	errors/temporaries.lua:13: attempt to perform arithmetic on a nil value
print(pcall(function() return f() .. "x" end)) --> false	errors/temporaries.lua:14: attempt to concatenate a nil value
print(pcall(function() return #f() end)) --> false	errors/temporaries.lua:15: attempt to get length of a nil value
print(pcall(function() return -f() end)) --> false	errors/temporaries.lua:16: attempt to perform arithmetic on a nil value
print(pcall(function() local x = t.f() return x.y end)) --> false	errors/temporaries.lua:17: attempt to index local 'x' (a nil value)
print(pcall(function() local x = f() + 1 return x end)) --> false	errors/temporaries.lua:18: attempt to perform arithmetic on a nil value
print(pcall(function() return ((t)).z.w end)) --> false	errors/temporaries.lua:19: attempt to index field 'z' (a nil value)
