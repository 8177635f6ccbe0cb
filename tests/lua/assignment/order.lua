-- In multiple assignment all expressions come before any assignment. Lua 5.1 manual §2.4.3.
local i, a = 3, {}
i, a[i] = i + 1, 20
print(i, a[3], a[4]) --> 4	20	nil
local x, y, z = 1, 2, 3
x, y, z = y, z, x
print(x, y, z) --> 2	3	1
local t = { 1, 2, 3 }
t[1], t[2], t[3] = t[3], t[1], t[2]
print(t[1], t[2], t[3]) --> 3	1	2
