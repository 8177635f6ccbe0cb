-- Arrays: heap sort written in Lua, comparisons and swaps by index.
local N = 260000

local seed = 42
local function random()
  seed = (seed * 16807) % 2147483647
  return seed
end

local function sift(a, root, last)
  local item = a[root]
  while true do
    local child = root * 2
    if child > last then break end
    if child < last and a[child] < a[child + 1] then child = child + 1 end
    if item >= a[child] then break end
    a[root] = a[child]
    root = child
  end
  a[root] = item
end

local a = {}
for i = 1, N do a[i] = random() end
for i = math.floor(N / 2), 1, -1 do sift(a, i, N) end
for last = N, 2, -1 do
  a[1], a[last] = a[last], a[1]
  sift(a, 1, last - 1)
end
for i = 2, N do assert(a[i - 1] <= a[i]) end
print("heap_sort", a[1], a[N / 2], a[N])
