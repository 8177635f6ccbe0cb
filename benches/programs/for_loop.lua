-- Bare loops: numeric `for` with steps up, down and fractional, and additions on locals.
local N = 15000000

local sum, steps = 0, 0
for i = 1, N do sum = sum + i end
for i = N, 1, -2 do sum = sum - i steps = steps + 1 end
for x = 0, N / 8, 0.25 do sum = sum + x * 2 end
for i = 1, N do
  if sum > i then steps = steps + 1 end
end
print("for_loop", ("%.0f"):format(sum), steps)
