-- Coroutines that resume coroutines. PUC `ldo.c`, `lua_resume`.
local deepest
local function nest(n)
  deepest = math.max(deepest, n)
  local co = coroutine.create(nest)
  return coroutine.resume(co, n + 1)
end
deepest = 0
local results = { nest(1) }
print(#results, deepest, results[#results]) --> 200	199	C stack overflow
local function wrapped(n)
  deepest = math.max(deepest, n)
  return coroutine.wrap(wrapped)(n + 1)
end
deepest = 0
print((pcall(wrapped, 1))) --> false
print(deepest) --> 198
-- 150 coroutines, each waiting for the next, and values that pass through all of them.
local function relay(n)
  if n == 0 then
    for i = 1, 3 do coroutine.yield(i) end
    return "end"
  end
  local inner = coroutine.wrap(relay)
  local value = inner(n - 1)
  while value ~= "end" do
    coroutine.yield(value + 1)
    value = inner()
  end
  return value
end
local outer = coroutine.wrap(relay)
print(outer(150), outer(), outer(), outer()) --> 151	152	153	end
-- A chain of generators, every number through all filters.
local function count() for i = 2, 120 do coroutine.yield(i) end end
local function filter(p, source)
  return function() for n in source do if n % p ~= 0 then coroutine.yield(n) end end end
end
local primes, source = {}, coroutine.wrap(count)
while true do
  local p = source()
  if not p then break end
  primes[#primes + 1] = p
  source = coroutine.wrap(filter(p, source))
end
print(table.concat(primes, " ")) --> 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97 101 103 107 109 113
-- Recursion inside of a coroutine, and coroutines inside of recursion.
local co = coroutine.create(function() local function f() return 1 + f() end return f() end)
print(coroutine.resume(co)) --> false	nesting/coroutines.lua:48: stack overflow
print(coroutine.status(co)) --> dead
local function rec(n) if n == 0 then return coroutine.wrap(function() coroutine.yield("deep") end)() end return (rec(n - 1)) end
print(rec(10000)) --> deep
print(pcall(coroutine.wrap(function() return pcall(pcall, pcall, error, "e") end))) --> true	true	true	false	e
