-- The order of string keys follows from their hashes. PUC `lstring.c`, `luaS_newlstr`; `ltable.c`.
local function keys(t) local r = {} for k in pairs(t) do r[#r + 1] = k end return table.concat(r, " ") end
print(keys { a = 1, b = 2, c = 3 }) --> a c b
print(keys { c = 3, b = 2, a = 1 }) --> a c b
print(keys { apple = 1, banana = 2, cherry = 3, date = 4, elderberry = 5 }) --> date apple cherry elderberry banana
print(keys { x = 1, y = 2, z = 3, w = 4, v = 5, u = 6, t = 7, s = 8, r = 9 }) --> s r u t w v y x z
local t = {}
for w in ("the quick brown fox jumps over the lazy dog and runs away"):gmatch("%a+") do t[w] = true end
print(keys(t)) --> lazy away fox the quick and jumps dog brown runs over
t = {}
for i = 1, 40 do t["key" .. i] = i end
print(keys(t))
t = {}
for i = 40, 1, -1 do t["key" .. i] = i end
print(keys(t))
t = {}
for c in ("abcdefghijklmnopqrstuvwxyz"):gmatch(".") do t[c] = true end
print(keys(t)) --> a c b e d g f i h k j m l o n q p s r u t w v y x z
print(keys { name = 1, age = 2, email = 3, id = 4, created_at = 5, updated_at = 6 }) --> updated_at name id created_at age email
