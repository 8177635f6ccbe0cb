-- Dynamic programming: edit distances between words, two rows of numbers, `math.min`.
local ROUNDS = 1000
local byte, min = string.byte, math.min

local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local cost = byte(a, i) == byte(b, j) and 0 or 1
      row[j] = min(above + 1, row[j - 1] + 1, corner + cost)
      corner = above
    end
  end
  return row[#b]
end

local words = { "kitten", "sitting", "saturday", "sunday", "intention", "execution", "levenshtein", "einstein", "banana", "bandana" }
local sum = 0
for _ = 1, ROUNDS do
  for i = 1, #words do
    for j = i + 1, #words do sum = sum + distance(words[i], words[j]) end
  end
end
print("edit_distance", sum)
