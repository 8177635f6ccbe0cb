-- The order in which 5.1.5 evaluates prefixes, keys, values and stores. PUC `lparser.c`, `assignment`.
local log = {}
local function note(name, value) log[#log + 1] = name return value end
local mt = { __newindex = function(t, k, v) log[#log + 1] = "set " .. k .. "=" .. tostring(v) end }
local t = setmetatable({}, mt)
note("t", t)[note("k1", 1)], note("u", t)[note("k2", 2)], t.last = note("v1", "a"), note("v2", "b"), note("v3", "c")
print(table.concat(log, ", ")) --> t, k1, u, k2, v1, v2, v3, set last=c, set 2=b, set 1=a
log = {}
t.a, t.b, t.c = 1
print(table.concat(log, ", ")) --> set c=nil, set b=nil, set a=1
log = {}
t.a, t.b = 1, 2, note("extra", 3)
print(table.concat(log, ", ")) --> extra, set b=2, set a=1
