-- Backtracking: all solutions of the queens puzzle, with arrays of booleans.
local N = 8
local ROUNDS = 420

local function solve()
  local columns, rising, falling, found = {}, {}, {}, 0
  local function place(row)
    if row > N then found = found + 1 return end
    for column = 1, N do
      local up, down = row + column, row - column + N
      if not (columns[column] or rising[up] or falling[down]) then
        columns[column], rising[up], falling[down] = true, true, true
        place(row + 1)
        columns[column], rising[up], falling[down] = false, false, false
      end
    end
  end
  place(1)
  return found
end

local sum = 0
for _ = 1, ROUNDS do sum = sum + solve() end
print("queens", N, sum)
