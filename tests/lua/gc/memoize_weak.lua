-- A cache with weak values, an object registry with weak keys. Lua 5.1 manual §2.10.2.
local cache, made = setmetatable({}, { __mode = "v" }), 0
local function get(k) local v = cache[k] if not v then made = made + 1 v = { key = k } cache[k] = v end return v end
local a = get("a")
print(get("a") == a, made) --> true	1
get("b")
collectgarbage()
get("b")
print(made) --> 3
print(get("a") == a, made) --> true	3
local names = setmetatable({}, { __mode = "k" })
local function name(o, n) names[o] = n return o end
local x = name({}, "x")
name({}, "y")
collectgarbage()
local c = 0
for o, n in pairs(names) do c = c + 1 io.write(n, " ") end
print(c) --> 1
