-- Recursion: Ackermann's function, whose outer call is a tail call and whose inner call is deep.
local M, N, ROUNDS = 2, 300, 70

local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end

local sum = 0
for round = 1, ROUNDS do sum = sum + ackermann(M, N + round % 16) end
print("ackermann", sum, ackermann(3, 6))
