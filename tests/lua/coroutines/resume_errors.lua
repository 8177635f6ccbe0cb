-- Resuming what cannot be resumed. PUC `lbaselib.c`, `auxresume`; `ldo.c`, `lua_resume`.
local co
co = coroutine.create(function() return coroutine.resume(co) end)
print(coroutine.resume(co)) --> true	false	cannot resume running coroutine
local dead = coroutine.create(function() end)
coroutine.resume(dead)
print(coroutine.resume(dead)) --> false	cannot resume dead coroutine
print(coroutine.resume(dead)) --> false	cannot resume dead coroutine
local failed = coroutine.create(function() error("oops") end)
print(coroutine.resume(failed)) --> false	coroutines/resume_errors.lua:9: oops
print(coroutine.resume(failed)) --> false	cannot resume dead coroutine
print(coroutine.status(failed)) --> dead
local a, b
a = coroutine.create(function() return coroutine.resume(b) end)
b = coroutine.create(function() return coroutine.resume(a) end)
print(coroutine.resume(a)) --> true	true	false	cannot resume normal coroutine
local w
w = coroutine.wrap(function() return pcall(w) end)
print(w()) --> false	cannot resume running coroutine
print(coroutine.resume(coroutine.create(function() local t = nil; return t.x end))) --> false	coroutines/resume_errors.lua:20: attempt to index local 't' (a nil value)
print(coroutine.resume(coroutine.create(function() error() end))) --> false	nil
print(coroutine.resume(coroutine.create(function() error("z", 0) end))) --> false	z
