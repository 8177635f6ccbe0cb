-- Memoised recursion by `__index`.
local fib
fib = setmetatable({ [0] = 0, 1 }, { __index = function(t, n) local v = t[n - 1] + t[n - 2] t[n] = v return v end })
print(fib[10], fib[50], fib[80]) --> 55	12586269025	2.3416728348468e+16
local calls = 0
local function memoize(f)
  local cache = setmetatable({}, { __mode = "k" })
  return function(x)
    local r = cache[x]
    if r == nil then
      calls = calls + 1
      r = f(x)
      cache[x] = r
    end
    return r
  end
end
local slow
slow = memoize(function(n) if n < 2 then return n end return slow(n - 1) + slow(n - 2) end)
print(slow(40), calls) --> 102334155	41
print(pcall(function() return fib[0.5] end)) --> false	programs/memo_fib.lua:3: C stack overflow
