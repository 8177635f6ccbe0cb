-- `running` gives the coroutine, or nil in the main one. Lua 5.1 manual §5.2.
print(coroutine.running()) --> nil
local co
co = coroutine.create(function() local r = coroutine.running() coroutine.yield(r == co, type(r)) return coroutine.running() == co end)
print(coroutine.resume(co)) --> true	true	thread
print(coroutine.resume(co)) --> true	true
local w = coroutine.wrap(function() local me = coroutine.running() local sub = coroutine.wrap(function() return coroutine.running() ~= me end) return sub(), coroutine.status(me) end)
print(w()) --> true	running
print(select("#", coroutine.running())) --> 1
