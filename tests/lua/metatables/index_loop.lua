-- Chains of `__index` and `__newindex` longer than 100 are an error. PUC `lvm.c`, `MAXTAGLOOP`.
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
print(pcall(function() return a.x end)) --> false	metatables/index_loop.lua:5: loop in gettable
setmetatable(a, { __newindex = b })
setmetatable(b, { __newindex = a })
print(pcall(function() a.x = 1 end)) --> false	metatables/index_loop.lua:8: loop in settable
print(pcall(rawset, a, "x", 1) and a.x) --> 1
local self = {}
setmetatable(self, { __index = self })
self.__index = self
print(pcall(function() return self.x end)) --> false	metatables/index_loop.lua:13: loop in gettable
print(pcall(function() return setmetatable({}, self).y end)) --> false	metatables/index_loop.lua:14: loop in gettable
local function chain(n) local t = { found = "found" } for i = 1, n do t = setmetatable({}, { __index = t }) end return t end
print(chain(50).found, chain(98).found) --> found	found
print(pcall(function() return chain(99).found end)) --> true	found
print(pcall(function() return chain(100).found end)) --> false	metatables/index_loop.lua:18: loop in gettable
print(pcall(function() return chain(101).found end)) --> false	metatables/index_loop.lua:19: loop in gettable
local function wchain(n) local last = {} local t = last for i = 1, n do t = setmetatable({}, { __newindex = t }) end return t, last end
local t, last = wchain(99)
t.k = "v"
print(last.k) --> v
print(pcall(function() wchain(100).k = 1 end)) --> false	metatables/index_loop.lua:24: loop in settable
print(pcall(function() wchain(101).k = 1 end)) --> false	metatables/index_loop.lua:25: loop in settable
