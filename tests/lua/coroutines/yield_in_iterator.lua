-- The body of a `for` may yield, its iterator may not. PUC `lvm.c`, `OP_TFORLOOP`.
local w = coroutine.wrap(function() for i = 1, 2 do for k, v in ipairs { "a", "b" } do coroutine.yield(i .. v) end end end)
print(w(), w(), w(), w()) --> 1a	1b	2a	2b
local co = coroutine.wrap(function() local n = 0 for i in function() n = n + 1 coroutine.yield("step " .. n) if n < 3 then return n end end do coroutine.yield("body " .. i) end return "end" end)
for i = 1, 6 do print(co()) end --! attempt to yield across metamethod/C-call boundary
print(pcall(co))
