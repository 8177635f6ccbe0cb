-- `yield` from nested Lua calls, tail calls and loops. Lua 5.1 manual §2.11.
local function deep(n) if n == 0 then coroutine.yield("bottom") return 0 end return 1 + deep(n - 1) end
local co = coroutine.create(deep)
print(coroutine.resume(co, 100)) --> true	bottom
print(coroutine.resume(co)) --> true	100
local function tail(n) coroutine.yield(n) if n == 0 then return "end" end return tail(n - 1) end
local w = coroutine.wrap(tail)
io.write(w(3), " ")
for i = 1, 4 do io.write(w(), " ") end
print() -->
local v = coroutine.wrap(function(...) for i = 1, select("#", ...) do local x = coroutine.yield((select(i, ...))) if x then return x end end end)
print(v("a", "b", "c"), v(), v("stop")) --> a	b	stop
local e = coroutine.wrap(function() local t = { coroutine.yield(1), coroutine.yield(2), x = coroutine.yield(3) } return t[1] .. t[2] .. t.x end)
print(e(), e("A"), e("B"), e("C")) --> 1	2	3	ABC
local a = coroutine.wrap(function() return coroutine.yield("x") + coroutine.yield("y") * 2 .. coroutine.yield("z") end)
print(a(), a(10), a(5), a("!")) --> x	y	z	20!
