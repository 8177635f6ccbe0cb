-- Linked lists: cells of two fields, built, reversed, walked, mapped and dropped.
local LENGTH, ROUNDS = 3000, 520

local sum = 0
for round = 1, ROUNDS do
  local list
  for i = 1, LENGTH do list = { value = i + round, next = list } end
  local reversed
  while list do
    local next = list.next
    list.next = reversed
    reversed, list = list, next
  end
  local mapped
  local cell = reversed
  while cell do
    if cell.value % 2 == 0 then mapped = { value = cell.value / 2, next = mapped } end
    cell = cell.next
  end
  while mapped do sum = sum + mapped.value mapped = mapped.next end
end
print("linked_list", sum)
