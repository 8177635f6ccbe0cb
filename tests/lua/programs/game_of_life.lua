-- Conway's game of life: a glider on a torus.
local W, H = 10, 6
local grid = {}
for y = 1, H do grid[y] = {} for x = 1, W do grid[y][x] = 0 end end
for _, p in ipairs { { 2, 1 }, { 3, 2 }, { 1, 3 }, { 2, 3 }, { 3, 3 } } do grid[p[2]][p[1]] = 1 end
local function show() for y = 1, H do local r = {} for x = 1, W do r[x] = grid[y][x] == 1 and "#" or "." end print(table.concat(r)) end end
local function step()
  local new = {}
  for y = 1, H do
    new[y] = {}
    for x = 1, W do
      local n = 0
      for dy = -1, 1 do for dx = -1, 1 do
        if dx ~= 0 or dy ~= 0 then n = n + grid[(y + dy - 1) % H + 1][(x + dx - 1) % W + 1] end
      end end
      new[y][x] = (n == 3 or (n == 2 and grid[y][x] == 1)) and 1 or 0
    end
  end
  grid = new
end
for i = 1, 4 do step() end
show() --> .......... --> ..#....... --> ...#...... --> .###...... --> .......... --> ..........
for i = 1, 20 do step() end
show() --> .......#.. --> ........#. --> ......###. --> .......... --> .......... --> ..........
