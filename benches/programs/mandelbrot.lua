-- Floating point in locals: points of the Mandelbrot set, no tables in the inner loop.
local SIZE, LIMIT = 640, 50

local inside, steps = 0, 0
for py = 0, SIZE - 1 do
  local ci = 2 * py / SIZE - 1
  for px = 0, SIZE - 1 do
    local cr = 2 * px / SIZE - 1.5
    local zr, zi, zr2, zi2, n = 0, 0, 0, 0, 0
    while n < LIMIT and zr2 + zi2 <= 4 do
      zi = 2 * zr * zi + ci
      zr = zr2 - zi2 + cr
      zr2, zi2 = zr * zr, zi * zi
      n = n + 1
    end
    steps = steps + n
    if n == LIMIT then inside = inside + 1 end
  end
end
print("mandelbrot", inside, steps)
