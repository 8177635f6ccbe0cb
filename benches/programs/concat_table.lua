-- Building strings with `table.concat`: many pieces appended with `#t + 1` and `table.insert`.
local N, ROUNDS = 50000, 34

local length = 0
for round = 1, ROUNDS do
  local pieces = {}
  for i = 1, N, 2 do
    pieces[#pieces + 1] = "item"
    table.insert(pieces, i + round)
  end
  local line = table.concat(pieces, ",")
  length = length + #line + #table.concat(pieces, "", 1, 100)
end
print("concat_table", length)
