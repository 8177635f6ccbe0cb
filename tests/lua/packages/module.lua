-- `module` makes a table, a global and an environment. Lua 5.1 manual §5.3.
local G = _G
package.preload.m = loadstring("local print, type = print, type module(...) function f() return _NAME end x = 5 self = _M")
local m = require("m")
print(m == G.m, m.f(), m.x, m._NAME, m._M == m, m._PACKAGE, m.self == m, rawget(m, "print")) --> true	m	5	m	true		true	nil
package.preload["a.b.c"] = loadstring("module(..., package.seeall) function g() return print ~= nil, _NAME, _PACKAGE end")
print(require("a.b.c").g()) --> true	a.b.c	a.b.
print(a.b.c == package.loaded["a.b.c"], a.b._NAME) --> true	nil
local ok, e = pcall(function() module("string.len") end)
print(ok, e) --> false	packages/module.lua:9: name conflict for module 'string.len'
local function inline() module("inline", package.seeall) y = 7 return y end
print(inline(), G.inline.y, G.y) --> 7	7	nil
print(pcall(module)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(module, 5 == 5)) --> false	bad argument #1 to '?' (string expected, got boolean)
print(getmetatable(G.inline).__index == G) --> true
local order = {} (function() module("opts", function(t) order[#order + 1] = t._NAME end, function(t) t.second = true end) end)()
print(order[1], G.opts.second) --> opts	true
print(pcall(module, "x", 5)) --> false	'module' not called from a Lua function
