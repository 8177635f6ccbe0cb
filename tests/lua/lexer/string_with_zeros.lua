-- Strings hold any byte, zero included. Lua 5.1 manual §2.2.
local s = "a\0b\0c"
print(#s, s:byte(1, -1)) --> 5	97	0	98	0	99
print(s == "a\0b\0c", s == "a\0b", s < "a\0c", "a\0b" < "a") --> true	false	true	false
print(("x\0y" .. "z\0"):len()) --> 5
print(("a\0b"):upper():byte(1, -1)) --> 65	0	66
io.write(s:gsub("%z", "."), "\n") --> a.b.c
print(({ ["k\0a"] = 1, ["k\0b"] = 2 })["k\0b"]) --> 2
print(s:find("b\0", 1, true)) --> 3	4
