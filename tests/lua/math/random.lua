-- `random` and `randomseed`: ranges and argument errors. Lua 5.1 manual §5.6.
local ok = true
for i = 1, 1000 do local r = math.random() ok = ok and r >= 0 and r < 1 end
print(ok) --> true
for i = 1, 1000 do local r = math.random(6) ok = ok and r >= 1 and r <= 6 and r % 1 == 0 end
print(ok) --> true
for i = 1, 1000 do local r = math.random(-3, 3) ok = ok and r >= -3 and r <= 3 and r % 1 == 0 end
print(ok) --> true
print(math.random(1), math.random(5, 5), math.random(-2, -2)) --> 1	5	-2
math.randomseed(42)
local a, b = math.random(1000), math.random(1000)
math.randomseed(42)
print(math.random(1000) == a, math.random(1000) == b) --> true	true
print(select("#", math.randomseed(1))) --> 0
print(pcall(math.random, 0)) --> false	bad argument #1 to '?' (interval is empty)
print(pcall(math.random, -5)) --> false	bad argument #1 to '?' (interval is empty)
print(pcall(math.random, 2, 1)) --> false	bad argument #2 to '?' (interval is empty)
print(pcall(math.random, 1, 2, 3)) --> false	wrong number of arguments
print(pcall(math.random, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(math.random, 1, {})) --> false	bad argument #2 to '?' (number expected, got table)
print(pcall(math.random, nil)) --> false	bad argument #1 to '?' (number expected, got nil)
print(pcall(math.randomseed)) --> false	bad argument #1 to '?' (number expected, got no value)
print(pcall(math.randomseed, "x")) --> false	bad argument #1 to '?' (number expected, got string)
print(pcall(math.random, 0.5)) --> false	bad argument #1 to '?' (interval is empty)
print(math.random(1.9) == 1, math.random("1")) --> true	1
