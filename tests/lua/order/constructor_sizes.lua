-- A constructor sizes both parts beforehand. PUC `lparser.c`, `constructor`; `lvm.c`, `OP_NEWTABLE`.
local function keys(t) local r = {} for k, v in pairs(t) do r[#r + 1] = tostring(k) end return table.concat(r, " ") end
print(keys { a = 1 }) --> a
print(keys { a = 1, b = 2 }) --> a b
print(keys { b = 2, a = 1 }) --> a b
print(keys { x1 = 1, x2 = 2, x3 = 3, x4 = 4, x5 = 5 }) --> x5 x4 x2 x3 x1
local e = {}
e.x1, e.x2, e.x3, e.x4, e.x5 = 1, 2, 3, 4, 5
print(keys(e)) --> x5 x4 x2 x3 x1
print(keys { 1, 2, 3, 4, 5, [7] = 7, [6] = 6 }) --> 1 2 3 4 5 7 6
print(keys { [6] = 6, 1, 2, [3] = "x" }) --> 1 2 6 3
local s = { a = nil, b = 1 }
s.c = 2
print(keys(s)) --> c b
s.a = 3
print(keys(s)) --> a c b
local n = { nil, nil, nil, a = 1 }
n[3] = 3
n[4] = 4
n[1] = 1
print(keys(n)) --> 3 1 4 a
local f = { (function() return 1, 2, 3 end)(), x = 1, (function() return 4, 5, 6 end)() }
print(keys(f)) --> 1 2 3 4 x
