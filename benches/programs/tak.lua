-- Recursion: Takeuchi's function through a global name, three arguments, four calls a step.
local X, Y, Z, ROUNDS = 18, 12, 6, 230

function tak(x, y, z)
  if y >= x then return z end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end

local sum = 0
for _ = 1, ROUNDS do sum = sum + tak(X, Y, Z) end
print("tak", sum)
