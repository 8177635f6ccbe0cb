-- Precedence and associativity of every operator. Lua 5.1 manual §2.5.6.
print(2 ^ 3 ^ 2, -2 ^ 2, 2 ^ -1, not nil == true) --> 512	-4	0.5	true
print(1 + 2 * 3, (1 + 2) * 3, 7 % 4 * 2, 2 * 7 % 4) --> 7	9	6	2
print("a" .. 1 + 2 .. "b", 1 .. 2 == "12") --> a3b	true
print(1 < 2 and 2 < 3, 1 + 1 == 2 and "yes") --> true	yes
print(-3 % 5, -(3 % 5), -3 ^ 2, (-3) ^ 2) --> 2	-3	-9	9
print(#"abc" + 1, -#"abc", #"ab" .. "c", not 1 == 2) --> 4	-3	2c	false
print(1 or 2 and nil, (1 or 2) and nil) --> 1	nil
print(8 - 4 - 2, 8 / 4 / 2, 2 * 3 / 4 * 5) --> 2	1	7.5
print(1 .. 2 .. 3, "x" .. "y" == "xy") --> 123	true
print(pcall(loadstring("return not 1 < 2 == nil"))) --> false	[string "return not 1 < 2 == nil"]:1: attempt to compare boolean with number
