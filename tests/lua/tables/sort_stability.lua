-- Equal elements end where the algorithm leaves them. PUC `ltablib.c`, `auxsort`.
local t = {}
for i = 1, 12 do t[i] = { k = i % 3, i = i } end
table.sort(t, function(a, b) return a.k < b.k end)
for _, e in ipairs(t) do io.write(e.k, ":", e.i, " ") end
print() -->
table.sort(t, function(a, b) return a.k > b.k end)
for _, e in ipairs(t) do io.write(e.k, ":", e.i, " ") end
print() -->
local s = { "bb", "a", "cc", "d", "ee", "f", "gg" }
table.sort(s, function(a, b) return #a < #b end)
print(table.concat(s, " ")) --> d a f ee bb cc gg
