-- `create`, `resume`, `yield`, `status`. Lua 5.1 manual §2.11.
local co
co = coroutine.create(function(a, b)
  print("start", a, b, coroutine.status(co)) --> start	3	4	running
  local c = coroutine.yield(a + b)
  print("got", c) --> got	c
  local d, e = coroutine.yield(a * b, "two")
  print("got", d, e) --> got	d	e
  return "end", d
end)
print(coroutine.status(co), type(co)) --> suspended	thread
print(coroutine.resume(co, 3, 4)) --> true	7
print(coroutine.status(co)) --> suspended
print(coroutine.resume(co, "c")) --> true	12	two
print(coroutine.resume(co, "d", "e")) --> true	end	d
print(coroutine.status(co)) --> dead
print(coroutine.resume(co)) --> false	cannot resume dead coroutine
print(coroutine.resume(co, 1)) --> false	cannot resume dead coroutine
