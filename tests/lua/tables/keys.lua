-- Which values may be keys, and when two keys are one. Lua 5.1 manual §2.5.7.
local t = {}
t[1] = "int"
t[1.0] = "float"
t["1"] = "string"
t[true] = "true"
t[false] = "false"
t[1.5] = "half"
t[-0] = "zero"
print(t[1], t["1"], t[true], t[false], t[1.5], t[0]) --> float	string	true	false	half	zero
t[2^53] = "big"
print(t[2^53], t[2^53 + 1]) --> big	big
t[1e300] = 1
t[1/0] = "inf"
t[-1/0] = "-inf"
print(t[1/0], t[-1/0], t[0/0]) --> inf	-inf	nil
t[print] = "f"
print(t[print]) --> f
local k = {}
t[k] = "table"
print(t[k], t[{}]) --> table	nil
t[""] = "empty"
print(t[""]) --> empty
print(pcall(function() t[nil] = 1 end)) --> false	tables/keys.lua:24: table index is nil
print(pcall(function() t[0/0] = 1 end)) --> false	tables/keys.lua:25: table index is NaN
t[nil or "x"] = 1
print(t.x, t[nil]) --> 1	nil
t[0.1 + 0.2] = "sum"
print(t[0.3], t[0.1 + 0.2]) --> nil	sum
t[3] = "three"
print(t[6 / 2], t[1 + 2], t["3" + 0]) --> three	three	three
