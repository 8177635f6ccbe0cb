-- Which local a register belongs to at the failing instruction. PUC `ldebug.c`, `luaF_getlocalname`.
print(pcall(function() do local a = 1 end local b b.x = 1 end)) --> false	errors/local_lifetimes.lua:2: attempt to index local 'b' (a nil value)
print(pcall(function() local a do local a = nil a.x = 1 end end)) --> false	errors/local_lifetimes.lua:3: attempt to index local 'a' (a nil value)
print(pcall(function() local a = {} local b = a.x local c = b.y end)) --> false	errors/local_lifetimes.lua:4: attempt to index local 'b' (a nil value)
print(pcall(function() for i = 1, 1 do local v v() end end)) --> false	errors/local_lifetimes.lua:5: attempt to call local 'v' (a nil value)
print(pcall(function() for k, v in pairs { 1 } do v.x.y = 1 end end)) --> false	errors/local_lifetimes.lua:6: attempt to index local 'v' (a number value)
print(pcall(function() local t = {} for k, v in pairs(t.list) do end end)) --> false	errors/local_lifetimes.lua:7: bad argument #1 to 'pairs' (table expected, got nil)
print(pcall(function() local a, b, c = 1 c.x = 1 end)) --> false	errors/local_lifetimes.lua:8: attempt to index local 'c' (a nil value)
print(pcall(function() local a = a.x end)) --> false	errors/local_lifetimes.lua:9: attempt to index global 'a' (a nil value)
print(pcall(function() local function g() return g.x.y end g() end)) --> false	errors/local_lifetimes.lua:10: attempt to index upvalue 'g' (a function value)
print(pcall(function() local a; local function h() a.b = 1 end h() end)) --> false	errors/local_lifetimes.lua:11: attempt to index upvalue 'a' (a nil value)
print(pcall(function(self) self.x.y = 1 end, {})) --> false	errors/local_lifetimes.lua:12: attempt to index field 'x' (a nil value)
print(pcall(function() local i = 1; local s = "a"; return s < i end)) --> false	errors/local_lifetimes.lua:13: attempt to compare string with number
