-- stops: memory
local kept = {}
while true do
  local co = coroutine.create(function() local a, b, c = 1, 2, 3 coroutine.yield() end)
  coroutine.resume(co)
  kept[#kept + 1] = co
end
