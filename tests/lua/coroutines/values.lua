-- Values pass both ways in any number, nils included. Lua 5.1 manual §5.2.
local function echo(...)
  local args = { n = select("#", ...), ... }
  while true do
    args = { n = select("#", coroutine.yield(args.n, unpack(args, 1, args.n))) }
  end
end
local co = coroutine.create(function(...) local n = select("#", ...) while true do n = select("#", coroutine.yield(n)) end end)
print(coroutine.resume(co)) --> true	0
print(coroutine.resume(co, nil)) --> true	1
print(coroutine.resume(co, nil, nil, nil)) --> true	3
print(coroutine.resume(co, 1, nil)) --> true	2
local w = coroutine.wrap(function(...) return ... end)
print(w(nil, 2, nil)) --> nil	2	nil
local z = coroutine.wrap(function() coroutine.yield(nil, nil) return nil end)
print(select("#", z()), select("#", z())) --> 2	1
local many = {}
for i = 1, 200 do many[i] = i end
local m = coroutine.wrap(function(...) local x = select("#", ...) while true do x = select("#", coroutine.yield(x, ...)) end end)
print(select("#", m(unpack(many))), (m(1, 2))) --> 201	2
print(coroutine.resume(coroutine.create(echo), "a", "b")) --> true	2	a	b
print((coroutine.wrap(function() return 1, 2, 3 end)())) --> 1
