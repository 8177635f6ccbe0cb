-- Chains of `__index` and `__newindex`. PUC `lvm.c`, `MAXTAGLOOP` and `luaD_call`.
local function chain(n, last)
  local t = last or { x = "found" }
  for i = 1, n do t = setmetatable({}, { __index = t, __newindex = t }) end
  return t
end
for _, n in ipairs { 1, 50, 98, 99, 100, 101, 1000 } do
  print(n, pcall(function() return chain(n).x end))
  print(n, pcall(function() chain(n).y = 1 return "stored" end))
  print(n, pcall(function() return chain(n)[1] end))
end
local loop = {}
setmetatable(loop, { __index = loop, __newindex = loop })
print(pcall(function() return loop.x end)) --> false	nesting/index_chains.lua:14: loop in gettable
print(pcall(function() loop.x = 1 end)) --> false	nesting/index_chains.lua:15: loop in settable
print(rawget(loop, "x")) --> nil
local depth
local t = setmetatable({}, { __index = function(t, k) depth = k return t[k + 1] end })
print(pcall(function() return t[1] end)) --> false	nesting/index_chains.lua:18: C stack overflow
print(depth) --> 196
local t = setmetatable({}, { __newindex = function(t, k, v) depth = k t[k + 1] = v end })
print(pcall(function() t[1] = 1 end)) --> false	nesting/index_chains.lua:21: C stack overflow
print(depth) --> 196
local u = chain(10, setmetatable({}, { __index = function(_, k) return k .. "!" end }))
print(u.abc, u[12]) --> abc!	12!
print(pcall(function() return chain(20, newproxy(true)).x end)) --> false	nesting/index_chains.lua:26: attempt to index a userdata value
