-- `__newindex` is asked only for absent keys. Lua 5.1 manual §2.8.
local log = {}
local t = setmetatable({ present = 1 }, { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) rawset(t, k, v) end })
t.present = 2
t.new = 3
t.new = 4
t[1] = "a"
t[1] = "b"
t.new = nil
t.new = 5
print(table.concat(log, " "), t.present, t.new) --> new=3 1=a new=5	2	5
local store = {}
local p = setmetatable({}, { __newindex = store })
p.x = 1
print(p.x, store.x, rawget(p, "x")) --> nil	1	nil
local ro = setmetatable({}, { __index = { a = 1 }, __newindex = function(_, k) error("read-only: " .. k, 2) end })
print(ro.a, pcall(function() ro.a = 2 end)) --> 1	false	metatables/newindex.lua:17: read-only: a
print(pcall(function() setmetatable({}, { __newindex = 5 }).x = 1 end)) --> false	metatables/newindex.lua:18: attempt to index a number value
local q = setmetatable({}, { __newindex = function() end })
q.x = 1
print(q.x) --> nil
local n = setmetatable({}, { __newindex = function(t, k, v) log.k = k end })
print(pcall(function() n[nil] = 1 end)) --> false	metatables/newindex.lua:23: table index is nil
print(log.k) --> nil
print(pcall(function() n[0/0] = 1 end)) --> false	metatables/newindex.lua:25: table index is NaN
