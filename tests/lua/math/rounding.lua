-- `floor`, `ceil`, `abs`, `fmod`, `mod`, `modf`. Lua 5.1 manual §5.6.
for _, x in ipairs { 0, 1.5, -1.5, 2.999, -0.001, 1e15 + 0.5, 1e300, 1/0, -1/0 } do
  print(x, math.floor(x), math.ceil(x), math.abs(x), math.modf(x))
end
print(math.floor(0/0), math.ceil(0/0), math.modf(0/0)) --> -nan	-nan	-nan	-nan
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(-7, -3), math.fmod(5.5, 2), math.fmod(1, 0), math.fmod(1/0, 2), math.fmod(2, 1/0))
print(math.mod == math.fmod, math.mod(7, 3)) --> true	1
print(7 % 3, -7 % 3, 7 % -3) --> 1	2	-2
print(math.modf(3.7)) --> 3	0.7
print(math.modf(-3.7)) --> -3	-0.7
print(math.modf(5)) --> 5	0
print(math.floor("3.7"), math.abs("-2")) --> 3	2
