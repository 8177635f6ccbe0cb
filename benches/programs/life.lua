-- Conway's game of life on a torus: rows of numbers, neighbours counted by index.
local WIDTH, HEIGHT, GENERATIONS = 64, 48, 900

local seed = 99
local cells = {}
for y = 1, HEIGHT do
  local row = {}
  for x = 1, WIDTH do
    seed = (seed * 16807) % 2147483647
    row[x] = seed % 3 == 0 and 1 or 0
  end
  cells[y] = row
end

local function step(old)
  local new = {}
  for y = 1, HEIGHT do
    local above = old[y == 1 and HEIGHT or y - 1]
    local here = old[y]
    local below = old[y == HEIGHT and 1 or y + 1]
    local row = {}
    for x = 1, WIDTH do
      local left = x == 1 and WIDTH or x - 1
      local right = x == WIDTH and 1 or x + 1
      local around = above[left] + above[x] + above[right] + here[left] + here[right]
        + below[left] + below[x] + below[right]
      row[x] = (around == 3 or around == 2 and here[x] == 1) and 1 or 0
    end
    new[y] = row
  end
  return new
end

local history = {}
for generation = 1, GENERATIONS do
  cells = step(cells)
  local alive = 0
  for y = 1, HEIGHT do
    for x = 1, WIDTH do alive = alive + cells[y][x] end
  end
  if generation % 100 == 0 then history[#history + 1] = alive end
end
print("life", table.concat(history, " "))
