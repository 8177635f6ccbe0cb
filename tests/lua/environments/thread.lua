-- The environment of a thread: level 0, and what new chunks get. Lua 5.1 manual §2.9.
local co = coroutine.create(function() setfenv(0, { marker = "thread env" }) coroutine.yield() local f = loadstring("return marker") return f(), marker end)
coroutine.resume(co)
print(marker, debug.getfenv(co).marker, getfenv(0) == _G) --> nil	thread env	true
print(pcall(getfenv, co)) --> false	bad argument #1 to '?' (number expected, got thread)
print(coroutine.resume(co)) --> true	thread env	nil
local co2 = coroutine.create(function() return loadstring("return v")() end)
debug.setfenv(co2, { v = "set from outside" })
print(coroutine.resume(co2)) --> true	set from outside
print(pcall(setfenv, coroutine.create(function() end), {})) --> false	bad argument #1 to '?' (number expected, got thread)
print(debug.getfenv(co2).v) --> set from outside
local load, show = loadstring, print
setfenv(0, { tostring = tostring, print = print })
show(load("return _G == nil, print ~= nil")()) --> true	true
