-- Finalisers, hooks, weak tables and environments, each inside itself.
local function list(n) local l for i = 1, n do l = { next = l } end return l end
local l = list(100000)
collectgarbage()
l = nil
collectgarbage()
local f = function() end
for i = 1, 50000 do local g = f f = function() return g end end
collectgarbage()
print(type(f()()())) --> function
f = nil
collectgarbage()
local mt = {}
for i = 1, 10000 do mt = setmetatable({}, { __index = mt, __metatable = mt }) end
collectgarbage()
mt = nil
collectgarbage()
local order = {}
local function proxy(name, inner)
  local p = newproxy(true)
  getmetatable(p).__gc = function()
    order[#order + 1] = name
    if inner then proxy(inner) collectgarbage() end
  end
end
proxy("a", "b") proxy("c", "d")
collectgarbage()
collectgarbage()
collectgarbage()
print(table.concat(order, " ")) --> c a d b
local co = coroutine.create(function() end)
for i = 1, 2000 do
  local inner = co
  co = coroutine.create(function() coroutine.yield(inner) end)
  coroutine.resume(co)
end
collectgarbage()
co = nil
collectgarbage()
local env = getfenv()
for i = 1, 1000 do env = setmetatable({}, { __index = env }) end
local f = loadstring("return print")
setfenv(f, env)
print(pcall(f)) --> false	[string "return print"]:1: loop in gettable
local weak = setmetatable({}, { __mode = "k" })
local key = {}
for i = 1, 1000 do local k = {} weak[k] = key key = k end
collectgarbage()
print(next(weak) ~= nil) --> true
