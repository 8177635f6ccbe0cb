-- Coroutines inside coroutines. Lua 5.1 manual §2.11.
local function nest(n)
  return coroutine.wrap(function() if n > 0 then for v in nest(n - 1) do coroutine.yield(n .. v) end end coroutine.yield(tostring(n)) end)
end
local out = {}
for v in nest(4) do out[#out + 1] = v end
print(table.concat(out, " ")) --> 43210 4321 432 43 4
local depth = 0
local function down() depth = depth + 1 local co = coroutine.create(down) local ok, e = coroutine.resume(co) if not ok then error(e, 0) end end
local ok, e = pcall(down) print(ok, e, depth > 50) --> false	C stack overflow	true
local a = coroutine.create(function() local b = coroutine.create(function() error("inner") end) local ok, m = coroutine.resume(b) coroutine.yield(ok, m, coroutine.status(b)) error("outer") end)
print(coroutine.resume(a)) --> true	false	coroutines/nested.lua:11: inner	dead
print(coroutine.resume(a)) --> false	coroutines/nested.lua:11: outer
print(coroutine.resume(a)) --> false	cannot resume dead coroutine
