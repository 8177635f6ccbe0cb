-- Arrays: the sieve of Eratosthenes, filled from nothing each round.
local N, ROUNDS = 200000, 32

local count
for _ = 1, ROUNDS do
  local composite = {}
  for i = 1, N do composite[i] = false end
  count = 0
  for i = 2, N do
    if not composite[i] then
      count = count + 1
      for j = i * i, N, i do composite[j] = true end
    end
  end
end
print("sieve", N, count)
