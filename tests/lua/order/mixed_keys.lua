-- Strings, numbers and booleans together. PUC `ltable.c`, `mainposition`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
print(keys { true, false, x = 1 }) --> 1 2 x
print(keys { [true] = 1, [false] = 2, a = 3, [10] = 4 }) --> false true 10 a
print(keys { 1, 2, 3, a = 1, [true] = 2, [1.5] = 3, [-1] = 4, b = 5, [false] = 6, [100] = 7 }) --> 1 2 3 a true b 100 false 1.5 -1
local t = {}
for i = 1, 10 do t[i] = i t["s" .. i] = i t[i + 0.5] = i end
print(keys(t)) --> 1 2 3 4 5 6 7 8 9 10 s6 s7 4.5 s5 2.5 s9 s8 10.5 5.5 1.5 6.5 8.5 9.5 3.5 s10 7.5 s1 s4 s3 s2
t[true] = 1
t[false] = 0
print(keys(t)) --> 1 2 3 4 5 6 7 8 9 10 false true s6 s7 4.5 s5 2.5 s9 s8 10.5 5.5 1.5 6.5 8.5 9.5 3.5 s10 7.5 s1 s4 s3 s2
for i = 1, 10, 3 do t[i] = nil t["s" .. i] = nil end
print(keys(t)) --> 2 3 5 6 8 9 false true s6 4.5 s5 2.5 s9 s8 10.5 5.5 1.5 6.5 8.5 9.5 3.5 7.5 s3 s2
t.new = 1
t[50] = 1
print(keys(t)) --> 2 3 5 6 8 9 false true s6 4.5 s5 2.5 s9 s8 10.5 5.5 new 1.5 8.5 6.5 50 9.5 3.5 7.5 s3 s2
