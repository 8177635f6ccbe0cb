-- Natives as bodies of coroutines are refused; inside they work. PUC `lbaselib.c`, `luaB_cocreate`.
for _, f in ipairs { tostring, string.upper, error, coroutine.yield, pcall, "x", 5, {} } do
  io.write(tostring(pcall(coroutine.create, f)), " ", select(2, pcall(coroutine.wrap, f)), "\n")
end
print(pcall(coroutine.create)) --> false	bad argument #1 to '?' (Lua function expected)
print(coroutine.wrap(function() return string.upper("in") end)()) --> IN
print(coroutine.wrap(function() return ("a b"):gsub("%a", { a = "1" }) end)()) --> 1 b	2
