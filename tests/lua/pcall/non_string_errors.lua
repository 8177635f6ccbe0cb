-- Any value can be raised, and arrives as it is. Lua 5.1 manual §5.1, `error`.
local t = { code = 7 }
local ok, e = pcall(error, t)
print(ok, e == t, e.code) --> false	true	7
ok, e = pcall(function() error(t, 2) end)
print(ok, e == t) --> false	true
print(pcall(error, nil)) --> false	nil
print(pcall(error, false)) --> false	false
print(pcall(error, 3.5)) --> false	3.5
print(type(select(2, pcall(error, print)))) --> function
print(pcall(function() error(5) end)) --> false	pcall/non_string_errors.lua:11: 5
print(type(select(2, pcall(function() error(5) end)))) --> string
print(type(select(2, pcall(function() error(5, 0) end)))) --> number
local co = coroutine.create(function() error(t) end)
local r, v = coroutine.resume(co)
print(r, v == t, coroutine.status(co)) --> false	true	dead
print(xpcall(function() error(t) end, function(x) return x == t, "dropped" end)) --> false	true
