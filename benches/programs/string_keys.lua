-- Hash tables with string keys: fill, read, update, delete, walk.
local N, ROUNDS = 10000, 200

local keys = {}
for i = 1, N do keys[i] = "session:" .. i end

local sum = 0
for round = 1, ROUNDS do
  local t = {}
  for i = 1, N do t[keys[i]] = i end
  for i = 1, N, 2 do t[keys[i]] = t[keys[i]] + round end
  for i = 1, N, 5 do t[keys[i]] = nil end
  for i = 1, N do
    local v = t[keys[i]]
    if v then sum = sum + v end
  end
  local count = 0
  for _, v in pairs(t) do count = count + v % 3 end
  sum = (sum + count) % 1000000007
end
print("string_keys", N, sum)
