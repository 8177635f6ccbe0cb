-- A closure takes the environment of the function that makes it. Lua 5.1 manual §2.9.
local function maker() return function() return tag end end
tag = "global"
local before = maker()
setfenv(maker, { tag = "maker" })
local after = maker()
print(before(), after()) --> global	maker
setfenv(maker, { tag = "later" })
print(before(), after(), maker()()) --> global	maker	later
local function nest() return function() return function() return tag end end end
setfenv(nest, { tag = "nest" })
print(nest()()()) --> nest
local chunk = setfenv(loadstring("function g() return tag end return g"), { tag = "chunk" })
print(chunk()(), g) --> chunk	nil
print(loadstring("return tag")()) --> global
local function l() return loadstring("return tag")() end
setfenv(l, { loadstring = loadstring, tag = "mine" })
print(l()) --> global
