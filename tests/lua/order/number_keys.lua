-- Fractions, negatives and large numbers as keys. PUC `ltable.c`, `hashnum`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
print(keys { [-1] = 1, [0] = 2, [-2] = 3 }) --> 0 -1 -2
print(keys { [0.5] = 1, [1.5] = 2, [2.5] = 3, [-0.5] = 4 }) --> 2.5 -0.5 0.5 1.5
print(keys { [100] = 1, [200] = 2, [300] = 3 }) --> 100 200 300
print(keys { [1e10] = 1, [1e20] = 2, [1e100] = 3, [1e-10] = 4 }) --> 1e+20 10000000000 1e+100 1e-10
print(keys { [2^31] = 1, [2^32] = 2, [2^53] = 3, [2^63] = 4 }) --> 9.2233720368548e+18 2147483648 4294967296 9.007199254741e+15
local t = {}
for i = -10, 10, 2 do t[i] = true end
print(keys(t)) --> 0 -10 2 4 -6 10 8 -2 -4 -8 6
t = {}
for i = 1, 100, 7 do t[i] = true end
print(keys(t)) --> 1 92 50 85 29 8 71 15 64 36 78 57 22 99 43
t = {}
for i = 1, 20 do t[i / 4] = true end
print(keys(t)) --> 1 2 3 4 1.75 3.5 0.5 3.75 0.25 4.75 4.25 1.25 2.5 5 2.75 1.5 4.5 2.25 3.25 0.75
t = {}
for i = 1, 12 do t[i * i] = true end
print(keys(t)) --> 1 25 81 100 4 16 9 49 36 121 144 64
print(keys { [1/0] = 1, [-1/0] = 2, [1] = 3 }) --> -inf inf 1
