-- A closure may outlive or share variables with a coroutine. Lua 5.1 manual §2.6, §2.11.
local x = 0
local co = coroutine.wrap(function()
  local y = 100
  local function inc() x = x + 1 y = y + 1 return x, y end
  coroutine.yield(inc)
  y = y * 2
  coroutine.yield(inc)
end)
local f = co()
print(f()) print(f()) --> 1	101 --> 2	102
local g = co()
print(g == f, g()) print(f(), x) --> true	3	205 --> 4	4
co()
print(f()) --> 5	207
