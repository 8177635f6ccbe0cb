-- `newproxy` makes userdata with and without metatables. PUC `lbaselib.c`, `luaB_newproxy`.
local plain, own = newproxy(), newproxy(true)
print(type(plain), getmetatable(plain), type(getmetatable(own)), next(getmetatable(own))) --> userdata	nil	table	nil
local shared = newproxy(own)
print(getmetatable(shared) == getmetatable(own), shared == own) --> true	false
print(pcall(newproxy, 5)) --> false	bad argument #1 to '?' (boolean or proxy expected)
print(pcall(newproxy, {})) --> false	bad argument #1 to '?' (boolean or proxy expected)
print(pcall(newproxy, plain)) --> false	bad argument #1 to '?' (boolean or proxy expected)
print(type(newproxy(false)), type(newproxy(nil))) --> userdata	userdata
local mt = getmetatable(own)
mt.__index = function(_, k) return "field " .. k end
mt.__newindex = function(_, k, v) mt[k] = v end
mt.__call = function(self, x) return "called", x end
mt.__lt = function() return true end
mt.__le = function() return false end
mt.__eq = function() return true end
mt.__unm = function() return "neg" end
print(own.x, shared.y) --> field x	field y
own.z = 5
print(mt.z, own(1)) --> 5	called	1
print(own < shared, own <= shared, own == shared, -own, own == plain) --> true	false	true	neg	false
print(pcall(function() return plain.x end)) --> false	metatables/userdata.lua:22: attempt to index upvalue 'plain' (a userdata value)
print(pcall(function() plain.x = 1 end)) --> false	metatables/userdata.lua:23: attempt to index upvalue 'plain' (a userdata value)
print(pcall(function() return plain + 1 end)) --> false	metatables/userdata.lua:24: attempt to perform arithmetic on upvalue 'plain' (a userdata value)
print(pcall(function() return plain < own end)) --> false	metatables/userdata.lua:25: attempt to compare two userdata values
