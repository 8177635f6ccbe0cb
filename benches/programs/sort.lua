-- `table.sort` without a comparator: numbers, then strings.
local N, ROUNDS = 30000, 9

local seed = 7
local function random()
  seed = (seed * 16807) % 2147483647
  return seed
end

local sum = 0
for _ = 1, ROUNDS do
  local numbers, names = {}, {}
  for i = 1, N do
    local r = random()
    numbers[i] = r
    names[i] = "key:" .. r % 100000
  end
  table.sort(numbers)
  table.sort(names)
  sum = (sum + numbers[1] + numbers[N] + #names[1] + #names[N]) % 1000007
  for i = 2, N do assert(numbers[i - 1] <= numbers[i] and names[i - 1] <= names[i]) end
end
print("sort", N, sum)
