-- Weak values vanish, strings and numbers stay. Lua 5.1 manual §2.10.2.
local t = setmetatable({}, { __mode = "v" })
t[1], t[2], t[3], t.s, t.n, t.b, t.f = {}, {}, {}, "string" .. 1, 5, true, function() return t end
local keep = t[2] collectgarbage()
print(t[1], t[2] == keep, t[3], t.s, t.n, t.b, t.f) --> nil	true	nil	string1	5	true	nil
local n = 0
for k in pairs(t) do n = n + 1 end
print(n) --> 4
keep = nil
collectgarbage()
print(t[2]) --> nil
t.cycle = {}
t.cycle.self = t.cycle
collectgarbage()
print(t.cycle) --> nil
t.co = coroutine.create(function() end)
t.u = newproxy()
collectgarbage()
print(t.co, t.u) --> nil	nil
