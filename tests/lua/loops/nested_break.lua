-- Nested loops of every kind with `break`. Lua 5.1 manual §2.4.4.
local out = {}
for i = 1, 4 do
  local j = 0
  while true do
    j = j + 1
    if j > i then break end
    repeat
      if (i + j) % 2 == 0 then break end
      out[#out + 1] = i .. j
      for k, v in pairs { 1, 2, 3 } do if k == 2 then break end out[#out + 1] = "k" .. k end
    until true
  end
end
print(table.concat(out, " ")) --> 21 k1 32 k1 41 k1 43 k1
