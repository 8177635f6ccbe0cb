-- `table.sort` with a comparator in Lua that reads fields of records.
local N, ROUNDS = 20000, 11

local seed = 11
local function random()
  seed = (seed * 16807) % 2147483647
  return seed
end

local records = {}
local function older(a, b)
  if a.age ~= b.age then return a.age > b.age end
  return a.id < b.id
end

local sum = 0
for _ = 1, ROUNDS do
  for i = 1, N do records[i] = { id = i, age = random() % 90 } end
  table.sort(records, older)
  for i = 1, N do sum = (sum + records[i].id * i) % 1000003 end
end
print("sort_compare", N, sum, records[1].age, records[N].age)
