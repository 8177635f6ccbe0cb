-- Function, then arguments from left to right. PUC `lparser.c`, `funcargs`.
local log = {}
local function n(x) log[#log + 1] = x return x end
local function get(f) log[#log + 1] = "f" return f end
get(function(...) end)(n(1), n(2), n(n(3) + 1))
print(table.concat(log, " ")) log = {} --> f 1 2 3 4
local t = setmetatable({}, { __index = function(_, k) log[#log + 1] = k return function() return {} end end })
t:method(n("arg1"), n("arg2"))
print(table.concat(log, " ")) log = {} --> method arg1 arg2
local x = n(1) + n(2) * n(3) .. n("s")
print(table.concat(log, " ")) log = {} --> 1 2 3 s
local b = n(1) < n(2) and n(4) > n(3)
print(table.concat(log, " ")) log = {} --> 1 2 4 3
local v = t[n("k")] == n("w")
print(table.concat(log, " ")) --> k k w
