-- Primes by Eratosthenes.
local n, composite, primes = 1000, {}, {}
for i = 2, n do
  if not composite[i] then
    primes[#primes + 1] = i
    for j = i * i, n, i do composite[j] = true end
  end
end
print(#primes, primes[1], primes[#primes]) --> 168	2	997
print(table.concat(primes, " ", 1, 20)) --> 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71
