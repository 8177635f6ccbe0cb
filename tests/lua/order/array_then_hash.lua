-- `pairs` walks the array part, then the nodes. PUC `ltable.c`, `luaH_next`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
print(keys { 1, 2, 3 }) --> 1 2 3
print(keys { x = 1, 10, 20, y = 2, 30 }) --> 1 2 3 y x
print(keys { [3] = 3, [2] = 2, [1] = 1 }) --> 3 2 1
print(keys { [1] = 1, [2] = 2, 3 }) --> 1 2
print(keys { 1, nil, 3 }) --> 1 3
print(keys { nil, nil, 3, a = 1 }) --> 3 a
local t = {}
for i = 10, 1, -1 do t[i] = i end
print(keys(t)) --> 1 2 3 4 5 6 7 8 9 10
t = {}
for i = 1, 10 do t[i] = i end
print(keys(t)) --> 1 2 3 4 5 6 7 8 9 10
t[5] = nil
t.x = 1
print(keys(t)) --> 1 2 3 4 6 7 8 9 10 x
t[11] = 11
t[20] = 20
print(keys(t)) --> 1 2 3 4 6 7 8 9 10 11 20 x
for i = 1, 9 do t[i] = nil end
print(keys(t)) --> 10 11 20 x
