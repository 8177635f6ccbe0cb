-- Long chains of `and`, `or` and comparisons. PUC `lcode.c`, `patchlistaux`.
local t = {}
for i = 1, 60 do t[i] = "x == " .. i end
local any = loadstring("local x = ... return " .. table.concat(t, " or "))
print(any(1), any(30), any(60), any(61)) --> true	true	true	false
local all = loadstring("local x = ... return " .. table.concat(t, " and "))
print(all(1)) --> false
for i = 1, 40 do t[i] = ("(x > %d and %d)"):format(i, i) end
for i = 41, 60 do t[i] = nil end
local pick = loadstring("local x = ... return " .. table.concat(t, " or "))
print(pick(2), pick(100), pick(0)) --> 1	1	false
