-- Recursion: doubly recursive Fibonacci. Calls, returns, comparison with a constant.
local N = 34

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

print("fib", N, fib(N))
