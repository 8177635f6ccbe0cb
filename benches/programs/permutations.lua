-- Coroutines: permutations from a recursive generator, one yield each from a changing depth.
local N = 8
local ROUNDS = 24

local function permute(a, n)
  if n == 0 then
    coroutine.yield(a)
  else
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permute(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
end

local count, sum = 0, 0
for _ = 1, ROUNDS do
  local a = {}
  for i = 1, N do a[i] = i end
  for p in coroutine.wrap(function() permute(a, N) end) do
    count = count + 1
    sum = (sum * 3 + p[1] * p[N]) % 1000003
  end
end
print("permutations", count, sum)
