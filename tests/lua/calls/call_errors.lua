-- Calling something that is no function names it. PUC `ldebug.c`, `luaG_typeerror`.
local l
local t = { x = 5, y = {} }
local function up() return l() end
print(pcall(function() l() end)) --> false	calls/call_errors.lua:5: attempt to call upvalue 'l' (a nil value)
print(pcall(up)) --> false	calls/call_errors.lua:4: attempt to call upvalue 'l' (a nil value)
print(pcall(function() local z = 3 z() end)) --> false	calls/call_errors.lua:7: attempt to call local 'z' (a number value)
print(pcall(function() undefinedfunction() end)) --> false	calls/call_errors.lua:8: attempt to call global 'undefinedfunction' (a nil value)
print(pcall(function() t.x() end)) --> false	calls/call_errors.lua:9: attempt to call field 'x' (a number value)
print(pcall(function() t.y.z() end)) --> false	calls/call_errors.lua:10: attempt to call field 'z' (a nil value)
print(pcall(function() t:nomethod() end)) --> false	calls/call_errors.lua:11: attempt to call method 'nomethod' (a nil value)
print(pcall(function() t[1]() end)) --> false	calls/call_errors.lua:12: attempt to call field '?' (a nil value)
print(pcall(function() (1)() end)) --> false	calls/call_errors.lua:13: attempt to call a number value
print(pcall(function() ("s")() end)) --> false	calls/call_errors.lua:14: attempt to call a string value
print(pcall(function() t.x.y() end)) --> false	calls/call_errors.lua:15: attempt to index field 'x' (a number value)
print(pcall(function() return t.x() end)) --> false	calls/call_errors.lua:16: attempt to call field 'x' (a number value)
print(pcall(function() return l() end)) --> false	calls/call_errors.lua:17: attempt to call upvalue 'l' (a nil value)
print(pcall(function() (function() end)()() end)) --> false	calls/call_errors.lua:18: attempt to call a nil value
print(pcall(function() (l or nil)() end)) --> false	calls/call_errors.lua:19: attempt to call a nil value
print(pcall(nil)) --> false	attempt to call a nil value
print(pcall(5, 6)) --> false	attempt to call a number value
print(pcall({})) --> false	attempt to call a table value
