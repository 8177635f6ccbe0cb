-- stops: fuel
local function filter(src) return coroutine.wrap(function() for v in src do coroutine.yield(v) end end) end
local src = coroutine.wrap(function() while true do coroutine.yield(1) end end)
for i = 1, 20 do src = filter(src) end
for v in src do end
