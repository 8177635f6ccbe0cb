-- Nested arrays: multiplication of two square matrices, rows as tables.
local N, ROUNDS = 100, 14

local function make(seed)
  local m = {}
  for i = 1, N do
    local row = {}
    for j = 1, N do row[j] = (i * seed + j) % 17 - 8 end
    m[i] = row
  end
  return m
end

local function multiply(a, b)
  local c = {}
  for i = 1, N do
    local row, from = {}, a[i]
    for j = 1, N do
      local sum = 0
      for k = 1, N do sum = sum + from[k] * b[k][j] end
      row[j] = sum % 1009
    end
    c[i] = row
  end
  return c
end

local m = make(3)
for round = 1, ROUNDS do m = multiply(m, make(round)) end
local trace = 0
for i = 1, N do trace = trace + m[i][i] end
print("matrix", N, trace, m[1][N], m[N][1])
