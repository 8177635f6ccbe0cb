-- Integer arithmetic on doubles: `%`, `/`, `*` and `while`, one run of the 3n+1 rule a number.
local N = 120000

local longest, start, total = 0, 0, 0
for i = 1, N do
  local n, steps = i, 0
  while n ~= 1 do
    if n % 2 == 0 then n = n / 2 else n = 3 * n + 1 end
    steps = steps + 1
  end
  total = total + steps
  if steps > longest then longest, start = steps, i end
end
print("collatz", start, longest, total)
