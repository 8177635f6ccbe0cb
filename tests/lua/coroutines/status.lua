-- suspended, running, normal, dead. Lua 5.1 manual §5.2.
local outer, inner
outer = coroutine.create(function()
  print("outer in outer", coroutine.status(outer)) --> outer in outer	running
  inner = coroutine.create(function() print("outer in inner", coroutine.status(outer)) print("inner in inner", coroutine.status(inner)) coroutine.yield() end)
  print("inner before", coroutine.status(inner)) --> inner before	suspended
  coroutine.resume(inner)
  print("inner after yield", coroutine.status(inner)) --> inner after yield	suspended
  coroutine.resume(inner)
  print("inner after end", coroutine.status(inner)) --> inner after end	dead
  error("x")
end)
print("outer before", coroutine.status(outer)) --> outer before	suspended
coroutine.resume(outer)
print("outer after", coroutine.status(outer)) --> outer after	dead
print(pcall(coroutine.status)) --> false	bad argument #1 to '?' (coroutine expected)
print(pcall(coroutine.status, 5)) --> false	bad argument #1 to '?' (coroutine expected)
print(pcall(coroutine.resume, "x")) --> false	bad argument #1 to '?' (coroutine expected)
print(pcall(coroutine.status, {})) --> false	bad argument #1 to '?' (coroutine expected)
