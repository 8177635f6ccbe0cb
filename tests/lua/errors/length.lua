-- `#` on what has no length. PUC `lvm.c`, `OP_LEN`.
local n, t = nil, {}
print(pcall(function() return #n end)) --> false	errors/length.lua:3: attempt to get length of upvalue 'n' (a nil value)
print(pcall(function() return #undefinedname end)) --> false	errors/length.lua:4: attempt to get length of global 'undefinedname' (a nil value)
print(pcall(function() return #t.x end)) --> false	errors/length.lua:5: attempt to get length of field 'x' (a nil value)
print(pcall(function() return #5 end)) --> false	errors/length.lua:6: attempt to get length of a number value
print(pcall(function() local b = true return #b end)) --> false	errors/length.lua:7: attempt to get length of local 'b' (a boolean value)
print(pcall(function() return #print end)) --> false	errors/length.lua:8: attempt to get length of global 'print' (a function value)
print(pcall(function() return #t.x.y end)) --> false	errors/length.lua:9: attempt to index field 'x' (a nil value)
print(pcall(function() return #(n or 5) end)) --> false	errors/length.lua:10: attempt to get length of a number value
print(pcall(function() for i = 1, #n do end end)) --> false	errors/length.lua:11: attempt to get length of upvalue 'n' (a nil value)
print(pcall(function() return #coroutine.create(function() end) end)) --> false	errors/length.lua:12: attempt to get length of a thread value
print(#"", #"abc", #{}, #{ 1, 2 }, #("x"):rep(10)) --> 0	3	0	2	10
print(#setmetatable({ 1, 2, 3 }, { __len = function() return 42 end })) --> 3
local p = newproxy(true)
print(pcall(function() return #p end)) --> false	errors/length.lua:16: attempt to get length of upvalue 'p' (a userdata value)
getmetatable(p).__len = function() return 42 end
print(#p) --> 42
