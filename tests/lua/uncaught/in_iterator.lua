-- An error in the iterator of a generic `for`. PUC `ldebug.c`.
local function countdown(_, n)
  if n == 1 then error("lift off") end --! lift off
  return n - 1
end
for i in countdown, nil, 4 do print(i) end --> 3 --> 2 --> 1
