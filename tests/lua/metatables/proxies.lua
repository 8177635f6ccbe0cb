-- Tracking and read-only proxies. Lua 5.1 manual §2.8.
local log = {}
local function track(t)
  return setmetatable({}, { __index = function(_, k) log[#log + 1] = "get " .. tostring(k) return t[k] end, __newindex = function(_, k, v) log[#log + 1] = "set " .. tostring(k) t[k] = v end })
end
local p = track { a = 1, 10, 20 }
p.a = p.a + 1
p[3] = p[1] + p[2]
p.t = {}
p.t.x = 1
print(table.concat(log, "; ")) --> get a; set a; get 1; get 2; set 3; set t; get t
print(#p, next(p), p.a, p[3]) --> 0	nil	2	30
local defaults = setmetatable({}, { __index = function(t, k) local v = k .. "!" rawset(t, k, v) return v end })
print(defaults.x, rawget(defaults, "x"), defaults.x) --> x!	x!	x!
local count = setmetatable({}, { __index = function() return 0 end })
for w in ("a b a c a b"):gmatch("%a") do count[w] = count[w] + 1 end
print(count.a, count.b, count.c, count.d) --> 3	2	1	0
for i, v in ipairs(p) do io.write(i, "=", v, " ") end
print() -->
