-- A finished coroutine cannot be used again; a new one can be made of the same function.
local function body(n) for i = 1, n do coroutine.yield(i) end return "end" end
local function drain(co, ...)
  local r, args = {}, { ... }
  repeat
    local ok, v = coroutine.resume(co, unpack(args))
    args = {}
    r[#r + 1] = tostring(v)
  until coroutine.status(co) == "dead"
  return table.concat(r, " ")
end
print(drain(coroutine.create(body), 3)) --> 1 2 3 end
print(drain(coroutine.create(body), 1)) --> 1 end
local co = coroutine.create(body)
print(drain(co, 2)) --> 1 2 end
print(coroutine.resume(co)) --> false	cannot resume dead coroutine
print(pcall(drain, coroutine.create(function() error("bad", 0) end))) --> true	bad
local pool = {}
local function run(f, ...)
  local co = table.remove(pool) or coroutine.create(function(...) local a = { ... } while true do local g = table.remove(a, 1) a = { coroutine.yield(g(unpack(a))) } end end)
  local ok, r = coroutine.resume(co, f, ...)
  pool[#pool + 1] = co
  return r
end
print(run(math.max, 1, 5), run(string.upper, "x"), run(math.min, 3, 2), #pool) --> 5	X	2	1
