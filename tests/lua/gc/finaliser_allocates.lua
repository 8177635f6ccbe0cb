-- Finalisers may allocate, call, resume and collect. Lua 5.1 manual §2.10.1.
local out = {}
local function make(f) local p = newproxy(true) getmetatable(p).__gc = f end
make(function() local t = {} for i = 1, 10 do t[i] = { i } end out[#out + 1] = #t end)
make(function() out[#out + 1] = coroutine.wrap(function() return "co" end)() end)
make(function() out[#out + 1] = tostring(collectgarbage()) end)
make(function() out[#out + 1] = tostring(pcall(error)) end)
collectgarbage()
print(table.concat(out, " ")) --> false 0 10
collectgarbage()
print(table.concat(out, " ")) --> false 0 10
make(function() out[#out + 1] = tostring(pcall(coroutine.yield)) end)
coroutine.wrap(function() collectgarbage() end)()
print(out[#out]) --> false
