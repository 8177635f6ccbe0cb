-- A `for` whose limit is no number.
local function loop(n) for i = 1, n do print(i) end end --> 1 --> 2 --! 'for' limit must be a number
loop(2)
loop("many")
