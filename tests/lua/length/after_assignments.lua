-- `#` after fields are set and cleared. PUC `ltable.c`, `luaH_getn`.
local t = {}
for i = 1, 10 do t[i] = i end
print(#t) --> 10
t[10] = nil
print(#t) --> 9
t[5] = nil
print(#t) --> 9
t[9] = nil
t[8] = nil
print(#t) --> 7
t[5] = 5
print(#t) --> 7
for i = 1, 7 do t[i] = nil end
print(#t) --> 0
t[1] = 1
print(#t) --> 1
t[3] = 3
print(#t) --> 1
t[2] = 2
print(#t) --> 3
local u = {}
u[4] = 4
print(#u) --> 0
u[3] = 3
print(#u) --> 0
u[2] = 2
print(#u) --> 4
u[1] = 1
print(#u) --> 4
u[5] = 5
u[6] = 6
print(#u) --> 6
u[3] = nil
print(#u) --> 6
local v = { 1, 2, 3, 4, 5, 6, 7, 8 }
v[8] = nil
v[4] = nil
print(#v) --> 3
v[#v + 1] = "x"
print(#v) --> 7
local w = {}
for i = 1, 16 do w[i] = i end
w[16], w[8], w[4] = nil, nil, nil
print(#w) --> 3
for i = 17, 20 do w[i] = i end
print(#w) --> 3
w[1] = nil
print(#w) --> 3
