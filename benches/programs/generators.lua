-- Coroutines: generators in a chain (count, filter, pair up) that yield at each step.
local N = 1500000

local function counting(limit)
  return coroutine.wrap(function()
    for i = 1, limit do coroutine.yield(i) end
  end)
end

local function filter(keep, source)
  return coroutine.wrap(function()
    for x in source do
      if keep(x) then coroutine.yield(x) end
    end
  end)
end

local function pairwise(source)
  return coroutine.wrap(function()
    while true do
      local a = source()
      if not a then return end
      coroutine.yield(a, source())
    end
  end)
end

local sum, couples = 0, 0
for a, b in pairwise(filter(function(x) return x % 3 ~= 0 end, counting(N))) do
  sum, couples = sum + a * b % 10, couples + 1
end

-- Short lives: a coroutine that is made, resumed twice and dropped.
local made = 0
for i = 1, N / 6 do
  local co = coroutine.create(function(x)
    local y = coroutine.yield(x + 1)
    return y * 2
  end)
  local _, a = coroutine.resume(co, i)
  local _, b = coroutine.resume(co, a)
  if coroutine.status(co) == "dead" then made = made + b % 10 end
end
print("generators", sum, couples, made)
