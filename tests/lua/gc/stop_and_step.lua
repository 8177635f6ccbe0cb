-- A stopped collector collects nothing until asked. Lua 5.1 manual §5.1.
collectgarbage("stop")
local w = setmetatable({ {} }, { __mode = "v" })
for i = 1, 1000 do local _ = {} end
print(w[1] ~= nil) --> true
collectgarbage()
print(w[1]) --> nil
collectgarbage("restart")
w[1] = {}
local n = 0
repeat n = n + 1 until collectgarbage("step", 10) or n > 100000
print(n > 0, w[1] == nil or "needs another cycle") --> true	true
local done
repeat done = collectgarbage("step", 0) until done
print(done) --> true
