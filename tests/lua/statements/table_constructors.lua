-- Every kind of field, separators, the last call expanded. Lua 5.1 manual §2.5.7.
local function two() return "a", "b" end
local t = { 1, 2; 3, x = 10, ["y z"] = 20, [30] = "thirty", two(), }
print(#t, t[4], t[5], t.x, t["y z"], t[30]) --> 5	a	b	10	20	thirty
local u = { two(), two() }
print(#u, u[1], u[2], u[3]) --> 3	a	a	b
local v = { (two()) }
print(#v) --> 1
local w = { two(), nil }
print(w[1], w[2]) --> a	nil
local x = { [1] = "explicit", "positional" }
print(x[1]) --> positional
local y = { f = two, g = function() return 5 end }
print(y.f(), y.g()) --> a	5
print(#{ n = 1 }, #{}, #{ nil }, #{ {} }) --> 0	0	0	1
print(({ 10, 20, 30 })[2]) --> 20
