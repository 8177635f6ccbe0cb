-- Every insertion that does not fit rehashes everything. PUC `ltable.c`, `rehash`, `computesizes`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
local t = {}
for i = 1, 9 do t[("%c%c"):format(96 + i, 123 - i)] = i print(i, keys(t)) end
local u = {}
for i, k in ipairs { 5, 3, 1, 2, 4, 8, 6, 7 } do u[k] = true print(i, keys(u)) end
local v = { 1, 2, 3 }
v[5] = 5
v[4] = 4
v[6] = 6
v.x = 1
v[7] = 7
print(keys(v)) --> 1 2 3 4 5 6 7 x
