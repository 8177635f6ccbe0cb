-- `a % b == a - floor(a/b)*b`, with the sign of the divisor. Lua 5.1 manual §2.5.1.
print(5 % 3, -5 % 3, 5 % -3, -5 % -3) --> 2	1	-1	-2
print(5.5 % 2, -5.5 % 2, 5.5 % -2, 0 % 5, 5 % 5) --> 1.5	0.5	-0.5	0	0
print(1 % 0, 0 % 0, 1 % math.huge, -1 % math.huge, math.huge % 2) --> -nan	-nan	-nan	-nan	-nan
print(1e15 % 7, 2^53 % 3, -1 % 2^53, 1e300 % 7) --> 6	2	9.007199254741e+15	0
print(0.3 % 0.1, 1 % 0.1, 3 % 0.7) --> 0.1	0	0.2
local a, b = 17, -5
print(a % b, b % a, a % 1, 0.5 % 1, -0.5 % 1) --> -3	12	0	0.5	0.5
for i = -4, 4 do io.write(i % 3, " ", i % -3, " ") end
print() -->
