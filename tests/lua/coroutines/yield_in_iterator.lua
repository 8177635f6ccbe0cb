-- A `for` iterator written in Lua may yield: it is called by the VM itself. Lua 5.1 manual §2.11.
local co = coroutine.wrap(function() local n = 0 for i in function() n = n + 1 coroutine.yield("step " .. n) if n < 3 then return n end end do coroutine.yield("body " .. i) end return "end" end)
for i = 1, 6 do print(co()) end --! attempt to yield across metamethod/C-call boundary
print(pcall(co))
