-- Variables live on after the block, call or loop that made them. PUC `lfunc.c`, `luaF_close`.
local fs = {}
do local x = 1 fs.get = function() return x end fs.set = function(v) x = v end end
do local y = "other" fs.y = function() return y end end
fs.set(42)
print(fs.get(), fs.y()) --> 42	other
local function f()
  local a, b, c = 1, 2, 3
  local g = function() return a, b, c end
  a = 10
  return g, function() b = b + 1 c = c * 2 end
end
local g, h = f()
print(g()) h() print(g()) --> 10	2	3 --> 10	3	6
local function err() local v = "kept" fs.v = function() return v end error("x") end
pcall(err)
print(fs.v()) --> kept
