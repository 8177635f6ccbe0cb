-- Weak keys vanish with their entries. Lua 5.1 manual §2.10.2.
local t = setmetatable({}, { __mode = "k" })
local k1 = {}
t[k1] = "kept"
t[{}] = "gone"
t["string"] = {}
t[1] = {}
collectgarbage()
local n = 0
for k, v in pairs(t) do n = n + 1 end
print(n, t[k1], type(t.string), type(t[1])) --> 3	kept	table	table
k1 = nil
collectgarbage()
n = 0
for k, v in pairs(t) do n = n + 1 end
print(n) --> 2
local w = setmetatable({}, { __mode = "kv" })
local a, b = {}, {}
w[a] = {}
w[{}] = b
w[a] = b
w[1] = {}
collectgarbage()
n = 0
for k, v in pairs(w) do n = n + 1 end
print(n, w[a] == b) --> 1	true
local e = setmetatable({}, { __mode = "k" }) do local k = {} e[k] = k end
collectgarbage()
n = 0
for k in pairs(e) do n = n + 1 end
print("key refers to itself", n) --> key refers to itself	1
