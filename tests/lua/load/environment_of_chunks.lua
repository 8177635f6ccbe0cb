-- A new chunk has the thread's globals, not its maker's. Lua 5.1 manual §5.1.
v = "global"
local function maker() return loadstring("return v") end
setfenv(maker, { loadstring = loadstring, v = "maker" })
print(maker()()) --> global
local f = loadstring("v = 'set' return v")
setfenv(f, {})
print(f(), v) --> set	global
print(setfenv(loadstring("return getfenv ~= nil, v"), setmetatable({ v = "mixed" }, { __index = _G }))()) --> true	mixed
local e = {}
setfenv(loadstring("function g() h = 1 end g()"), e)()
print(e.g ~= nil, e.h, g, h) --> true	1	nil	nil
