-- Constants are folded without changing any result. PUC `lcode.c`, `constfolding`.
local one, zero, two = 1, 0, 2
print(1 + 2 * 3 - 4 / 5, one + 2 * 3 - 4 / 5) --> 6.2	6.2
print(2 ^ 0.5 == two ^ 0.5, 7 % -3 == (7 * one) % -3) --> true	true
print(1 / 0, one / zero, -1 / 0, 0 / 0, zero / zero) --> inf	inf	-inf	-nan	-nan
print(-0, -(0), 0 * -1, 1 / -0, 1 / (-zero)) --> 0	0	0	inf	-inf
print(- - 2, -(-2), not -1, -"2" == -2) --> 2	2	false	true
print("1" + 2, "a" .. 1 + 2, 5 % 0, 2 ^ 1024) --> 3	a3	-nan	inf
print(60 * 60 * 24, 1e308 * 10 == 1 / 0, 1e308 * 10) --> 86400	true	inf
print(pcall(loadstring("return 1 + nil"))) --> false	[string "return 1 + nil"]:1: attempt to perform arithmetic on a nil value
print(pcall(loadstring("return -{}"))) --> false	[string "return -{}"]:1: attempt to perform arithmetic on a table value
print(pcall(loadstring("return 'a' + 1"))) --> false	[string "return 'a' + 1"]:1: attempt to perform arithmetic on a string value
