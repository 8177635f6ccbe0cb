-- Locals and upvalues of a suspended coroutine stay. Lua 5.1 manual §2.11.
local function counter()
  local n = 0
  return coroutine.wrap(function() while true do n = n + 1 local step = coroutine.yield(n) if step then n = n + step end end end), function()
    return n
  end
end
local c, peek = counter()
print(c(), c(), peek(), c(10), peek()) --> 1	2	2	13	13
local f
local co = coroutine.create(function() local x = 1 f = function() x = x + 1 return x end coroutine.yield() coroutine.yield(x) local y = x x = 100 return y end)
coroutine.resume(co)
print(f(), f()) --> 2	3
print(coroutine.resume(co)) --> true	3
f()
print(coroutine.resume(co)) --> true	4
print(f()) --> 101
local list = {}
for i = 1, 100 do list[i] = coroutine.wrap(function() local v = i while true do coroutine.yield(v) v = v * 2 end end) end
local s = 0
for r = 1, 3 do for i = 1, 100 do s = s + list[i]() end end
print(s) --> 35350
