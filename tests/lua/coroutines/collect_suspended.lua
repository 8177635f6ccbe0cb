-- A suspended coroutine can be collected. Lua 5.1 manual §2.10.
local weak = setmetatable({}, { __mode = "v" })
do
  local co = coroutine.create(function() local big = { 1, 2, 3 } coroutine.yield(big) end)
  local _, big = coroutine.resume(co)
  weak.co, weak.big = co, big
end
collectgarbage()
collectgarbage()
print(weak.co, weak.big) --> nil	nil
local co = coroutine.create(function() local t = { "kept" } coroutine.yield() return t[1] end)
coroutine.resume(co)
collectgarbage()
print(coroutine.resume(co)) --> true	kept
for i = 1, 1000 do local w = coroutine.wrap(function() coroutine.yield() end) w() end
collectgarbage()
print("done") --> done
