-- `table.sort` uses `__lt`, and reads raw. PUC `ltablib.c`.
local mt = { __lt = function(a, b) return a.v < b.v end }
local t = {}
for i, v in ipairs { 3, 1, 2 } do t[i] = setmetatable({ v = v }, mt) end
table.sort(t)
print(t[1].v, t[2].v, t[3].v) --> 1	2	3
local p = setmetatable({ 3, 2, 1 }, { __index = function() return 0 end, __newindex = function() error("raw") end })
table.sort(p)
print(p[1], p[2], p[3]) --> 1	2	3
local r = { 5, 3, 8, 1 }
local calls = 0
table.sort(r, function(a, b) calls = calls + 1 if calls == 2 then r.extra = true end return a < b end)
print(table.concat(r, " "), r.extra) --> 1 3 5 8	true
local inner = { 3, 2, 1 }
table.sort({ 2, 1 }, function(a, b) table.sort(inner) return a < b end)
print(table.concat(inner, " ")) --> 1 2 3
local f = setmetatable({}, { __call = function(_, a, b) return a > b end })
print(pcall(table.sort, { 1, 2 }, f)) --> false	bad argument #2 to '?' (function expected, got table)
local s = { "10", "9", 8 }
print(pcall(table.sort, s)) --> false	attempt to compare number with string
