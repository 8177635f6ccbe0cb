-- `break` outside a loop. PUC `lparser.c`, `breakstat`.
for i = 1, 3 do
  local f = function()
    break
  end --! no loop to break near 'end'
end
