-- An error in a comparator of `table.sort`. PUC `ltablib.c`.
local t = { 3, 1, 2 }
table.sort(t, function(a, b)
  if a == 2 or b == 2 then error("two!") end --! two!
  return a < b
end)
