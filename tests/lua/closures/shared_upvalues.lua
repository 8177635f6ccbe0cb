-- Closures made in one scope share its variables. Lua 5.1 manual §2.6.
local function counter()
  local n = 0
  return function() n = n + 1 return n end, function() return n end, function(v) n = v end
end
local inc, get, set = counter()
inc() inc()
print(get()) set(10) print(inc(), get()) --> 2 --> 11	11
local inc2, get2 = counter()
print(inc2(), get(), get2()) --> 1	11	1
local x = 1
local function a() x = x + 1 end
local function b() return x end
a() print(x, b()) x = 50 a() print(b()) --> 2	2 --> 51
