-- `setfenv` of a function changes its globals. Lua 5.1 manual §5.1.
local function f() return x, print ~= nil end
x = "global"
print(f()) --> global	true
print(setfenv(f, { x = "private" }) == f) --> true
print(f()) --> private	false
print(getfenv(f).x, getfenv(f) == _G, getfenv(print) == _G) --> private	false	true
local function set() y = 5 end
local env = {}
setfenv(set, env)
set()
print(env.y, y) --> 5	nil
local g = setfenv(loadstring("a = 1; return a, b"), { b = 2 })
print(g()) --> 1	2
print(getfenv(g).a) --> 1
local inherit = setmetatable({}, { __index = _G })
setfenv(f, inherit)
inherit.x = "shadow"
print(f()) --> shadow	true
