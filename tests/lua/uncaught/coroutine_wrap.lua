-- An error that leaves a coroutine by `wrap`. PUC `lbaselib.c`, `auxwrap`.
local gen = coroutine.wrap(function(n)
  for i = 1, n do coroutine.yield(i) end
  error("exhausted")
end)
print(gen(2)) --> 1
print(gen()) --> 2
print(gen()) --! uncaught/coroutine_wrap.lua:4: exhausted
