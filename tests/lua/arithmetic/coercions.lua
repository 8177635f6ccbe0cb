-- Strings that read as numbers take part in arithmetic. Lua 5.1 manual §2.2.1.
print("10" + 1, "3" * "4", "0x10" + 0, " 5 " - 1, "1e2" / 2) --> 11	12	16	4	50
print(-"2", "10" % 3, "2" ^ "3", - "-3") --> -2	1	8	3
print(10 .. 20, 1 .. "", 1.5 .. "x", -0 .. "", 2^53 .. "") --> 1020	1	1.5x	0	9.007199254741e+15
print("10" == 10, "0" == 0, 10 == 10.0) --> false	false	true
print(("5") + 0 == 5, "abc" < "abd") --> true	true
print(type("1" + 1), type(1 .. 1), "1" + 1 == 2) --> number	string	true
print("\t7\n" + 1, "1." + 0, ".5" + 0, "0x" == "0x") --> 8	1	0.5	true
print(pcall(function() return "1 2" + 1 end)) --> false	arithmetic/coercions.lua:9: attempt to perform arithmetic on a string value
print(pcall(function() return "" + 1 end)) --> false	arithmetic/coercions.lua:10: attempt to perform arithmetic on a string value
print(pcall(function() return "0x" + 1 end)) --> false	arithmetic/coercions.lua:11: attempt to perform arithmetic on a string value
