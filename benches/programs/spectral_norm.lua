-- Floating point and calls: the largest eigenvalue of a matrix whose entries are computed on demand.
local N, ROUNDS = 380, 10

local function entry(i, j)
  local d = i + j
  return 1 / (d * (d + 1) / 2 + i + 1)
end

local function times(v, out)
  for i = 0, N - 1 do
    local sum = 0
    for j = 0, N - 1 do sum = sum + entry(i, j) * v[j + 1] end
    out[i + 1] = sum
  end
end

local function timesTransposed(v, out)
  for i = 0, N - 1 do
    local sum = 0
    for j = 0, N - 1 do sum = sum + entry(j, i) * v[j + 1] end
    out[i + 1] = sum
  end
end

local u, v, half = {}, {}, {}
for i = 1, N do u[i] = 1 end
for _ = 1, ROUNDS do
  times(u, half) timesTransposed(half, v)
  times(v, half) timesTransposed(half, u)
end
local uv, vv = 0, 0
for i = 1, N do uv, vv = uv + u[i] * v[i], vv + v[i] * v[i] end
print("spectral_norm", ("%.9f"):format(math.sqrt(uv / vv)))
