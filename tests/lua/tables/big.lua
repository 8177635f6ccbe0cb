-- Tables grow and shrink through many sizes. PUC `ltable.c`, `rehash`.
local t = {}
for i = 1, 10000 do t[i] = i * 2 end
local s = 0
for i, v in ipairs(t) do s = s + v end
print(#t, s) --> 10000	100010000
for i = 10000, 1, -1 do t[i] = nil end
print(#t, next(t)) --> 0	nil
for i = 1, 1000 do t["k" .. i] = i end
local n = 0
for k in pairs(t) do n = n + 1 t[k] = nil end
print(n, next(t)) --> 1000	nil
for i = 1000, 1, -1 do t[i] = i end
print(#t) --> 1000
for i = -100, 100 do t[i / 2] = i end
n = 0
for k, v in pairs(t) do n = n + 1 end
print(n) --> 1151
local m = {}
for i = 1, 50 do m[i] = {} for j = 1, 50 do m[i][j] = i * j end end
print(m[7][8], m[50][50], #m, #m[1]) --> 56	2500	50	50
