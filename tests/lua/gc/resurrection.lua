-- A finaliser may keep its object; it is not called again. Lua 5.1 manual §2.10.1.
local saved, calls = nil, 0
local p = newproxy(true)
getmetatable(p).__gc = function(self) calls = calls + 1 saved = self end
p = nil
collectgarbage()
print(calls, type(saved)) --> 1	userdata
saved = nil
collectgarbage()
collectgarbage()
print(calls, saved) --> 1	nil
local t = { data = "reachable from the finaliser" }
local q = newproxy(true)
getmetatable(q).__gc = function() print(t.data) end --> reachable from the finaliser
q, t = nil, t
collectgarbage()
local weak = setmetatable({}, { __mode = "v" })
local wk = setmetatable({}, { __mode = "k" })
local u = newproxy(true)
getmetatable(u).__gc = function(self) print("in finaliser", weak[1] == nil, wk[self]) end --> in finaliser	true	by key
weak[1] = u
wk[u] = "by key"
u = nil
collectgarbage()
print(weak[1], type((next(wk)))) --> nil	userdata
collectgarbage()
print(next(wk)) --> nil
