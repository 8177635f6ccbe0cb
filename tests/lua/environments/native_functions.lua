-- Natives have environments of their own. Lua 5.1 manual §2.9.
print(getfenv(print) == _G, getfenv(string.rep) == _G) --> true	true
print(pcall(setfenv, string.rep, {})) --> false	'setfenv' cannot change environment of given object
print(debug.getfenv(print) == _G) --> true
print(type(debug.getfenv({})), debug.getfenv(5), type(debug.getfenv(newproxy()))) --> nil	nil	table
local p = newproxy()
print(debug.setfenv(p, { tag = "u" }) == p, debug.getfenv(p).tag) --> true	u
print(pcall(debug.setfenv, {}, {})) --> false	'setfenv' cannot change environment of given object
print(pcall(debug.setfenv, 5, {})) --> false	'setfenv' cannot change environment of given object
print(pcall(debug.setfenv, print, nil)) --> false	bad argument #2 to '?' (table expected, got nil)
local function run() return getfenv() end
local env = { getfenv = getfenv }
setfenv(run, env)
print(run() == env) --> true
local function tail() return getfenv(1) end
setfenv(tail, { getfenv = getfenv, t = 1 })
print(tail().t, (tail()).t) --> 1	1
