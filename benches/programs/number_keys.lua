-- Hash tables with number keys: sparse integers, fractions and negative numbers, beside array parts.
local N, ROUNDS = 20000, 55

local sum = 0
for round = 1, ROUNDS do
  local sparse, fractions, array = {}, {}, {}
  for i = 1, N do
    sparse[i * 1000 + round] = i
    fractions[i / 4 - 100.5] = i
    array[i] = i
  end
  for i = N, 1, -1 do
    sum = sum + (sparse[i * 1000 + round] or 0) + (fractions[i / 4 - 100.5] or 0) + array[i]
    if sparse[i] then sum = sum + 1 end
  end
  for k, v in pairs(sparse) do sum = sum + k % 7 + v % 2 end
  sum = sum % 1000000007
end
print("number_keys", N, sum)
