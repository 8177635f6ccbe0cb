-- A sieve of closures. Lua 5.1 manual §2.6.
local function gen(n) local i = 1 return function() i = i + 1 if i <= n then return i end end end
local function filter(p, g) return function() while true do local n = g() if n == nil then return end if n % p ~= 0 then return n end end end end
local x = gen(60)
local primes = {}
while true do
  local n = x()
  if n == nil then break end
  primes[#primes + 1] = n
  x = filter(n, x)
end
print(table.concat(primes, " ")) --> 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59
