-- `next` from any key goes on in the same order. PUC `ltable.c`, `findindex`.
local t = { 10, 20, 30, x = 1, y = 2, [true] = 3, [0.5] = 4 }
local order = {}
for k in pairs(t) do order[#order + 1] = k end
for i, k in ipairs(order) do io.write(tostring(k), "->", tostring((next(t, k))), " ") end
print() -->
local k = nil
repeat k = next(t, k) io.write(tostring(k), " ") until k == nil
print() -->
t.x = nil
print(tostring((next(t, "x")))) --> 0.5
for i = 1, 3 do t[i] = nil end
print(next(t) ~= nil, tostring((next(t, 3)))) --> true	y
