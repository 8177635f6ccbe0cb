-- Deleted keys keep their node until the next rehash. PUC `ltable.c`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
local t = { a = 1, b = 2, c = 3, d = 4 }
t.b = nil
print(keys(t)) --> a d c
t.e = 5
print(keys(t)) --> a d c e
t.b = 2
print(keys(t)) --> a c b e d
t.a, t.c = nil, nil
print(keys(t)) --> b e d
t.f = 6
t.g = 7
print(keys(t)) --> b e d g f
for i = 1, 8 do t["n" .. i] = i end
print(keys(t)) --> b e d g f n8 n1 n2 n3 n5 n4 n7 n6
for i = 1, 8, 2 do t["n" .. i] = nil end
print(keys(t)) --> b e d g f n8 n2 n4 n6
for i = 9, 12 do t["n" .. i] = i end
print(keys(t)) --> n10 b e d g f n11 n2 n12 n8 n4 n9 n6
for k in pairs(t) do t[k] = nil end
print(keys(t) == "") --> true
t.z = 1
t.y = 2
print(keys(t)) --> y z
collectgarbage()
t.x = 3
print(keys(t)) --> y x z
