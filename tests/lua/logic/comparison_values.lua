-- Comparisons as values, in and out of conditions. PUC `lcode.c`, jump lists.
local a, b = 1, 2
local t = { a < b, a > b, a == b, a ~= b, a <= b, a >= b }
print(unpack(t)) --> true	false	false	true	true	false
local r = a < b and "less" or "not less"
print(r) --> less
print(a > b or a, a < b and b, not (a < b), not (a == b)) --> 1	2	false	true
print((a < b) == true, (a < b) == (b > a)) --> true	true
local x = a == 1 and b == 2 and a ~= b
print(x) --> true
local z = (a == 2 or b == 2) and (a == 1 or error())
print(z) --> true
local function f(...) return select("#", ...), ... end
print(f(a < b, a == b or nil, nil and a)) --> 3	true	nil	nil
print(a == b == false, "a" < "b" == true) --> true	true
