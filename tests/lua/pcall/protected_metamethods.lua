-- Errors in metamethods carry their own position. Lua 5.1 manual §2.8.
local mt = setmetatable({}, { __index = function(_, k) return function() error("in " .. k) end end })
local o = setmetatable({}, mt)
mt.__add = function() error("in __add") end
mt.__index = function(t, k) error("no field " .. k, 2) end
mt.__call = function() error("in __call", 0) end
mt.__tostring = function() error("in __tostring") end
mt.__concat = function() error() end
mt.__eq = function() error("eq", 2) end
mt.__newindex = function(_, k, v) error({ k, v }) end
mt.__unm = nil
print(pcall(function() return o + 1 end)) --> false	pcall/protected_metamethods.lua:4: in __add
print(pcall(function() return o.x end)) --> false	pcall/protected_metamethods.lua:13: no field x
print(pcall(o)) --> false	in __call
print(pcall(function() o() end)) --> false	in __call
print(pcall(tostring, o)) --> false	pcall/protected_metamethods.lua:7: in __tostring
print(pcall(print, o)) --> false	pcall/protected_metamethods.lua:7: in __tostring
print(pcall(function() return o .. "" end)) --> false	nil
print(pcall(function() return o == setmetatable({}, mt) end)) --> false	pcall/protected_metamethods.lua:19: eq
print(select(2, pcall(function() o.k = "v" end))[2]) --> v
